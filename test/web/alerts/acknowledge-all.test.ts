import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acknowledgeAll, outcomeText } from '../../../web/alerts/acknowledge-all.ts';

const targets = (count: number) => Array.from({ length: count }, (_, nth) => ({ id: `a${nth}`, cluster: 'prod' }));

/** A command that the server received. */
interface Received {
  readonly id: string;
  readonly alertId: string;
}

let received: Received[] = [];
let answer: (command: Received, nth: number) => Response = () => accepted();

const accepted = (): Response => Response.json({ accepted: 'x', warnings: [] }, { status: 202 });
const refused = (status: number, detail: string): Response => Response.json({ title: '', status, detail }, { status });

beforeEach(() => {
  received = [];
  vi.stubGlobal('localStorage', { getItem: () => null });
  vi.stubGlobal('fetch', async (path: string, { body }: { readonly body: string }) => {
    // This server has no accounts, so that no session is renewed.
    if (path !== '/api/commands') return new Response('', { status: 404 });
    const command = JSON.parse(body) as Received;
    received.push(command);
    return answer(command, received.length);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  answer = () => accepted();
});

describe('acknowledging many alerts', () => {
  it('sends a command for each of them, and reports how many were tried', async () => {
    const reports: number[] = [];
    const outcome = await acknowledgeAll(targets(450), (tried) => reports.push(tried), 0);
    expect(outcome).toEqual({ done: 450, failed: 0 });
    expect(new Set(received.map(({ alertId }) => alertId)).size).toBe(450);
    expect(reports.at(-1)).toBe(450);
    expect(outcomeText(outcome)).toBe('Acknowledged 450 alerts');
  });

  it('sends a command again, with the same id, that the server was too busy for', async () => {
    answer = (_, nth) => (nth % 3 === 0 ? refused(429, 'try again later') : accepted());
    expect(await acknowledgeAll(targets(30), () => undefined, 0)).toEqual({ done: 30, failed: 0 });
    expect(new Set(received.map(({ id }) => id)).size).toBe(30);
  });

  it('says what failed, and why, and goes on with the others', async () => {
    answer = ({ alertId }) => (alertId === 'a1' ? refused(404, 'no such alert') : accepted());
    const outcome = await acknowledgeAll(targets(3), () => undefined, 0);
    expect(outcome).toEqual({ done: 2, failed: 1, reason: 'no such alert' });
    expect(outcomeText(outcome)).toBe('Acknowledged 2 of 3 alerts; 1 was not: no such alert');
  });

  it.each([502, 504])('sends a command again that a gateway answered with %i', async (status) => {
    answer = (_, nth) => (nth === 1 ? refused(status, 'no answer') : accepted());
    expect(await acknowledgeAll(targets(3), () => undefined, 0)).toEqual({ done: 3, failed: 0 });
  });

  it.each([401, 403])('ends once the person may not act, with what is left as failed (%i)', async (status) => {
    answer = (_, nth) => (nth > 10 ? refused(status, 'needs the role operator') : accepted());
    const outcome = await acknowledgeAll(targets(450), () => undefined, 0);
    expect(outcome).toEqual({ done: 10, failed: 440, reason: 'needs the role operator' });
    expect(new Set(received.map(({ id }) => id)).size).toBeLessThanOrEqual(12);
  });

  it('ends with what is left as failed once the server did not take one alert in all its tries', async () => {
    answer = () => refused(503, 'the log does not answer');
    const outcome = await acknowledgeAll(targets(450), () => undefined, 0);
    expect(outcome).toMatchObject({ done: 0, failed: 450 });
    expect(new Set(received.map(({ alertId }) => alertId)).size).toBeLessThanOrEqual(3);
  });

  it('ends with what failed where the server stays too busy', async () => {
    answer = () => refused(503, 'the log does not answer');
    const outcome = await acknowledgeAll(targets(2), () => undefined, 0);
    expect(outcomeText(outcome)).toBe('Acknowledged 0 of 2 alerts; 2 were not: the log does not answer');
  });
});
