import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingsSchema } from '../../functions/shared/domain/settings.ts';
import { attemptDocument } from '../../functions/shared/warehouse/attempt-document.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import { toApiGateway } from '../../local/http/api-gateway.ts';
import { secretOf } from '../functions/notify/rig.ts';
import { alertOf } from '../support/alerts.ts';
import { lambdaContext } from '../support/lambda-context.ts';
import { Loopback } from '../support/loopback.ts';
import { ManualClock } from './memory-broker.ts';

let loopback: Loopback;
let embedded: Embedded;
let clock: ManualClock;
let status: number;
let lines: string[];
beforeEach(async () => {
  loopback = new Loopback();
  status = 500;
  const port = await loopback.http((request, response) => {
    request.resume().on('end', () => response.writeHead(status).end());
  });
  process.env.TEST_PAGER = secretOf(7);
  const webhook = { url: `http://127.0.0.1:${port}/T0/B0`, secret: 'env:TEST_PAGER', allowPrivate: true };
  lines = [];
  clock = new ManualClock();
  clock.timeMs = Date.parse('2026-11-23T20:31:07Z');
  embedded = await openEmbedded({
    dataDir: undefined,
    settings: settingsSchema.parse({ receivers: [{ name: 'pager', webhook }] }),
    log: (line) => lines.push(line),
    clock,
  });
});
afterEach(async () => {
  await embedded.close();
  await loopback.close();
  delete process.env.TEST_PAGER;
});

async function publish(id: string): Promise<void> {
  const message = { id: `${id}:1`, group: id, subject: id, body: JSON.stringify(alertOf({ id })), attributes: {} };
  await embedded.ports.publisher.publish(message, AbortSignal.timeout(10_000));
  await embedded.drain();
}

/** Advances the clock in steps. In each step, waiting messages are tried. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    clock.timeMs += 1_000;
    await embedded.drain();
  }
}

async function ask(path: string, query: Readonly<Record<string, string>> = {}) {
  const search = new URLSearchParams(query);
  const event = toApiGateway({ method: 'GET', path, query: search, headers: {}, body: Buffer.alloc(0) });
  const { body } = await embedded.api(event, lambdaContext());
  return JSON.parse(body ?? '');
}

describe('a receiver that fails, in one process', () => {
  it('makes the health degraded after a minute, and ok again when it recovers', async () => {
    await publish('first');
    expect(await embedded.health()).toMatchObject({ status: 'ok', receivers: [{ status: 'failing' }] });
    await pass(61_000);
    await publish('second');
    const { status: degraded, receivers, stages } = await ask('/api/health');
    expect(degraded).toBe('degraded');
    expect(receivers).toMatchObject([{ name: 'pager', status: 'failing', reason: 'server error', waiting: 2 }]);
    const sourcesOf = (stage: string) => stages.find(({ name }: { name: string }) => name === stage).sources;
    expect(sourcesOf('notify')).toEqual([{ queue: 'alerts', waiting: 2, deadLetters: 0 }]);
    expect(sourcesOf('persist')).toContainEqual({ queue: 'attempts', waiting: 0, deadLetters: 0 });
    status = 200;
    await pass(60_000);
    expect(await embedded.health()).toMatchObject({ status: 'ok', receivers: [{ status: 'ok', waiting: 0 }] });
  });

  it('is one line when it stops taking messages, and one when it takes them again', async () => {
    await publish('first');
    await publish('second');
    await pass(20_000);
    status = 200;
    await pass(60_000);
    expect(lines).toEqual([
      expect.stringMatching(
        /^20:31:07 warning: pager did not take alert first \(server error 500\); tried again in \d+ s$/,
      ),
      expect.stringMatching(/^20:3[12]:\d\d pager takes messages again; 2 waited for it$/),
    ]);
  });

  it('is listed with the messages that wait and why, and afterwards with those that were delivered', async () => {
    await publish('first');
    const { deliveries } = await ask('/api/deliveries', { receiver: 'pager', state: 'waiting' });
    expect(deliveries).toMatchObject([{ alertId: 'first', revision: 1, reason: 'server error', tries: 1 }]);
    status = 200;
    await pass(60_000);
    expect((await ask('/api/deliveries')).deliveries).toEqual([]);
    const delivered = await ask('/api/deliveries', { state: 'delivered' });
    expect(delivered.deliveries).toMatchObject([{ alertId: 'first', state: 'delivered' }]);
  });

  it('has a document for every attempt, and none that contains its address', async () => {
    await publish('first');
    status = 200;
    await pass(60_000);
    const query = { family: 'offbeat-deliveries', order: 'oldest first', limit: 100 } as const;
    const documents = await embedded.ports.warehouse.search(query);
    expect(documents.map(attemptDocument.read).map(({ outcome, status }) => [outcome, status])).toEqual([
      ['failed', 500],
      ['delivered', 200],
    ]);
    expect(JSON.stringify(documents)).not.toMatch(/T0|127\.0\.0\.1/);
  });

  it('has a line and an entry for each message that is given up, with the remedy', async () => {
    status = 410;
    await publish('first');
    expect(lines).toEqual([
      '20:31:07 error: alert first, revision 1, was given up for pager (gone 410): once pager is repaired, stop this process and ' +
        'run "npx offbeat redrive --stage notify" to send it again',
    ]);
    const { deliveries } = await ask('/api/deliveries', { state: 'given up' });
    expect(deliveries).toMatchObject([{ alertId: 'first', state: 'given up', reason: 'gone' }]);
    expect(await embedded.health()).toMatchObject({ status: 'ok' });
  });
});
