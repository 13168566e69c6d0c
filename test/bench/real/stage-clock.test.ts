import { describe, expect, it } from 'vitest';
import { type PortCall, StageClock } from '../../../bench/real/stage-clock.ts';
import { embeddedSecrets } from '../../../functions/shared/adapters/secrets/embedded.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { freshLedgerItem } from '../../../functions/shared/ports/ledger.ts';
import { openStore } from '../../../local/sqlite/store.ts';

/** Ports whose calls take the time that `pass` adds while they are in progress. */
function openClock() {
  let atMs = 0;
  const calls: PortCall[] = [];
  const clock = new StageClock({ nowMs: () => atMs, onCall: (call) => calls.push(call) });
  const pass = (ms: number): void => {
    atMs += ms;
  };
  const objects = {
    put: async () => pass(10),
    get: async () => Promise.reject(new Error('away')),
    list: async () => [],
    delete: async () => {},
  };
  const store = openStore(':memory:', defaultLayout, systemClock);
  const ports = clock.wrapPorts({
    ...store,
    objects,
    settings: defaultSettings,
    layout: defaultLayout,
    secrets: embeddedSecrets({}),
    telemetry: clock,
    clock: systemClock,
  });
  return { clock, ports, pass, calls };
}

const bytes = Buffer.from('');

describe('the clock of stages', () => {
  it("separates the time of a function's own code from the time of its waits", async () => {
    const { clock, ports, pass } = openClock();
    clock.begin({ functionName: 'detect' });
    pass(3);
    await ports.objects.put('a', bytes);
    pass(4);
    await ports.objects.put('b', bytes);
    clock.flush();
    const [times] = clock.take();
    expect(times).toMatchObject({ stage: 'detect', invocations: 1, functionMs: 27, ownMs: 7 });
    expect(times?.portMs).toEqual(new Map([['objects.put', 20]]));
  });

  it('counts calls that overlap each, and the wait for them once', async () => {
    const { clock, ports } = openClock();
    clock.begin({ functionName: 'detect' });
    await Promise.all([ports.objects.put('a', bytes), ports.objects.put('b', bytes)]);
    clock.flush();
    const [times] = clock.take();
    expect(times).toMatchObject({ functionMs: 20, ownMs: 0 });
    expect(times?.portMs.get('objects.put')).toBeGreaterThan(20);
  });

  it('keeps invocations apart that run beside each other', async () => {
    const { clock, ports, calls } = openClock();
    const invoke = async (functionName: string): Promise<void> => {
      clock.begin({ functionName });
      await Promise.resolve();
      await ports.objects.put('a', bytes);
      clock.flush();
    };
    await Promise.all([invoke('detect'), invoke('alert')]);
    expect(calls.map(({ stage, call }) => [stage, call])).toEqual([
      ['detect', 'objects.put'],
      ['alert', 'objects.put'],
    ]);
    expect(clock.take().map(({ stage, invocations }) => [stage, invocations])).toEqual([
      ['detect', 1],
      ['alert', 1],
    ]);
  });

  it('counts the records of an invocation by its counters, or by the advance of its ledger', async () => {
    const { clock, ports } = openClock();
    clock.begin({ functionName: 'persist' });
    clock.count('documents_written', 7);
    clock.count('failures', 9);
    clock.flush();
    const key = { stage: 'detect', topic: 'offbeat.samples', partition: 0 };
    clock.begin({ functionName: 'detect' });
    const first = { ...freshLedgerItem, nextOffset: 5, attempt: 'a' };
    const item = await ports.ledger.advance(key, freshLedgerItem, first);
    await ports.ledger.advance(key, item, { ...first, nextOffset: 8, attempt: 'b' });
    clock.flush();
    expect(clock.take().map(({ stage, records }) => [stage, records])).toEqual([
      ['persist', 7],
      ['detect', 8],
    ]);
  });

  it('times a call that fails, throws its error and reports no successful call', async () => {
    const { clock, ports, calls } = openClock();
    clock.begin({ functionName: 'detect' });
    await expect(ports.objects.get('a')).rejects.toThrow('away');
    clock.flush();
    expect(clock.take()[0]?.portMs.has('objects.get')).toBe(true);
    expect(calls).toEqual([]);
  });

  it('starts again when it was read', () => {
    const { clock } = openClock();
    clock.begin({ functionName: 'detect' });
    clock.flush();
    expect(clock.take()).toHaveLength(1);
    expect(clock.take()).toEqual([]);
  });

  it('leaves calls outside an invocation alone', async () => {
    const { clock, ports } = openClock();
    await ports.objects.put('a', bytes);
    expect(clock.take()).toEqual([]);
  });
});
