import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCollector } from '../../../functions/collect/collector.ts';
import { embeddedSecrets } from '../../../functions/shared/adapters/secrets/embedded.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { parseSettings } from '../../../settings/file.ts';
import { Loopback } from '../../support/loopback.ts';
import { FakeStorage } from './storage/fake-storage.ts';

let loopback: Loopback;
let storage: FakeStorage;
beforeEach(() => {
  loopback = new Loopback();
  storage = new FakeStorage();
});
afterEach(() => Promise.all([loopback.close(), storage.close()]));

const never = new AbortController().signal;
const ports = { clock: systemClock, secrets: embeddedSecrets({}) };
/** Opens the collector of one target. @param rest further keys, as they are written in the settings */
const open = (target: string, rest = '') => {
  const text = `collect: [{ target: "${target}"${rest} }]\n`;
  return openCollector(parseSettings(text, 'offbeat.yaml').collect[0]!, ports);
};

describe('the collector of a target of the settings', () => {
  it('returns the documents of a storage with the period of the settings', async () => {
    const port = await storage.master('3.0.117/normal');
    const { name, periodMs, collect } = open(`moosefs://127.0.0.1:${port}`, ', period: 1m');
    expect([name, periodMs]).toEqual([`moosefs://127.0.0.1:${port}`, 60_000]);
    const { documents, isReachable } = await collect(never);
    expect([documents.length, isReachable]).toEqual([11, true]);
    expect(documents[1]).toMatchObject({ metricset: { name: 'chunkserver', period: 60_000 } });
  });

  it('asks chunkservers in the networks of the settings alone', async () => {
    const port = await storage.master('3.0.117/normal');
    const { documents } = await open(`moosefs://127.0.0.1:${port}`, ', networks: [192.0.2.0/24]').collect(never);
    expect(storage.asked).not.toContain(600);
    expect(documents[0]).toMatchObject({ moosefs: { master: { unread_parts: 3 } } });
  });

  it.each(['moosefs', 'kafka', 'http'])('says in a document that nothing listens at a %s address', async (scheme) => {
    const target = `${scheme}://127.0.0.1:${await loopback.deadPort()}`;
    const { documents, status, isReachable } = await open(target).collect(never);
    expect([documents.length, status.status, isReachable]).toEqual([1, 'down', false]);
  });

  it.each(['moosefs', 'kafka', 'http'])('ends a collection of a silent %s after the time-out', async (scheme) => {
    const target = `${scheme}://127.0.0.1:${await loopback.tcp(() => {})}`;
    const startedAtMs = performance.now();
    const { isReachable } = await open(target, ', timeout: 1s').collect(never);
    expect(isReachable).toBe(false);
    expect(performance.now() - startedAtMs).toBeLessThan(4_000);
  });

  it.each(['moosefs', 'kafka', 'http'])(
    'ends a collection of a silent %s at once when it is aborted, closes its connections, and returns no false alarm',
    async (scheme) => {
      const { promise: connected, resolve } = Promise.withResolvers<void>();
      const port = await loopback.tcp(() => resolve());
      const stop = new AbortController();
      const collecting = open(`${scheme}://127.0.0.1:${port}`).collect(stop.signal);
      const ended = expect(collecting).rejects.toThrow('stopped');
      await connected;
      stop.abort(new Error('stopped'));
      const startedAtMs = performance.now();
      await ended;
      expect(performance.now() - startedAtMs).toBeLessThan(2_000);
      await expect.poll(() => loopback.open, { timeout: 10_000 }).toBe(0);
    },
  );

  it('rejects if its password cannot be read, and names the reference', async () => {
    const { collect } = open('kafka://ada@127.0.0.1:9', ', password: "env:NOT_SET"');
    await expect(collect(never)).rejects.toThrow('env:NOT_SET');
  });
});
