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
  vi.stubGlobal('fetch', async (_: string, { body }: { readonly body: string }) => {
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
    answer = ({ alertId }) => (alertId === 'a1' ? refused(403, 'needs the role operator') : accepted());
    const outcome = await acknowledgeAll(targets(3), () => undefined, 0);
    expect(outcome).toEqual({ done: 2, failed: 1, reason: 'needs the role operator' });
    expect(outcomeText(outcome)).toBe('Acknowledged 2 of 3 alerts; 1 was not: needs the role operator');
  });

  it('ends with what failed where the server stays too busy', async () => {
    answer = () => refused(503, 'the log does not answer');
    const outcome = await acknowledgeAll(targets(2), () => undefined, 0);
    expect(outcomeText(outcome)).toBe('Acknowledged 0 of 2 alerts; 2 were not: the log does not answer');
  });
});
