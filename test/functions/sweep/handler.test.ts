import { describe, expect, it } from 'vitest';
import { PartitionStoppedError, UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { freshLedgerItem, type LedgerKey } from '../../../functions/shared/ports/ledger.ts';
import { createRunner } from '../../../functions/shared/runner/runner.ts';
import { objectName } from '../../../functions/shared/runner/transaction-object.ts';
import { createSweep, type SweepReport } from '../../../functions/sweep/handler.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { Chain, expectedOf, upstream } from '../../support/chain.ts';
import { Crash, type Decide, failOnce, interlude, withFaults } from '../../support/faults.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { tallyStep } from '../../support/tally.ts';

// That pending effects of a quiet partition go out, and that old ones alarm, is tested in
// ../shared/runner/two-phase-commit.test.ts.

const away = new UnavailableError('the log is away');

/** A chain with a sweeper beside it, which looks at a clock of its own. */
class Swept extends Chain {
  readonly lines: string[] = [];
  readonly telemetry = new MemoryTelemetry((line) => this.lines.push(line));
  nowMs = Date.parse('2026-11-23T12:00:00Z');

  sweep(decide: Decide = () => undefined): Promise<SweepReport> {
    const handler = createSweep({
      ledger: withFaults('ledger', this.ports.ledger, decide),
      objects: withFaults('objects', this.ports.objects, decide),
      eventLog: withFaults('eventLog', this.ports.eventLog, decide),
      telemetry: this.telemetry,
      clock: { nowMs: () => this.nowMs, random: () => 0 },
    });
    return handler({}, lambdaContext());
  }

  /** Leaves a transaction of a partition of its own decided and not sent. */
  async doubt(partition: number, word: string): Promise<LedgerKey> {
    const eventLog = withFaults('eventLog', this.ports.eventLog, failOnce('eventLog.append', 'before', new Crash()));
    const run = createRunner(tallyStep, { ...this.ports, eventLog });
    const record = { ...this.word(word), partition };
    const batch = { topic: topics.samples, partition, records: [record] };
    await expect(run(batch, new AbortController().signal)).rejects.toThrow(Crash);
    return { ...upstream, partition };
  }
}

describe('a sweep', () => {
  it('of an empty ledger does nothing', async () => {
    expect(await new Swept().sweep()).toEqual({ recovered: 0, collected: 0 });
  });

  it('of partitions that are well sends nothing', async () => {
    const chain = new Swept();
    await chain.worker()(chain.words('a'));
    expect(await chain.sweep()).toMatchObject({ recovered: 0 });
    expect(chain.texts(topics.signals)).toEqual(['a 1']);
  });

  it('of a stage without state reads its item, and no object', async () => {
    const chain = new Swept();
    const key = { stage: 'normalise', topic: topics.beats, partition: 0 };
    await chain.ports.ledger.advance(key, freshLedgerItem, { ...freshLedgerItem, nextOffset: 7, attempt: 'a' });
    const calls: string[] = [];
    const report = await chain.sweep((call, side) => {
      if (side === 'before') calls.push(call);
      return undefined;
    });
    expect(calls).toEqual(['ledger.keys', 'ledger.read']);
    expect(report).toEqual({ recovered: 0, collected: 0 });
  });

  it('finishes the pending transactions of every partition, and returns their number', async () => {
    const chain = new Swept();
    const keys = [await chain.doubt(0, 'a'), await chain.doubt(1, 'b'), await chain.doubt(2, 'c')];
    expect(await chain.sweep()).toMatchObject({ recovered: 3 });
    expect(chain.texts(topics.signals).sort()).toEqual(['a 1', 'b 1', 'c 1']);
    const items = await Promise.all(keys.map((key) => chain.ports.ledger.read(key)));
    expect(items.map(({ pending }) => pending)).toEqual([null, null, null]);
    expect(await chain.sweep()).toMatchObject({ recovered: 0 });
    expect(chain.texts(topics.signals)).toHaveLength(3);
  });

  it('that cannot reach the log fails, and the next one sends', async () => {
    const chain = new Swept();
    await chain.doubt(0, 'a');
    await expect(chain.sweep(failOnce('eventLog.append', 'before', away))).rejects.toThrow(away);
    expect(chain.telemetry.counts()['failures{reason=UNAVAILABLE,stage=sweep}']).toBe(1);
    await chain.sweep();
    expect(await chain.received()).toEqual(expectedOf(['a']).sent);
  });

  it('sweeps the other partitions although one cannot continue, and fails in the end', async () => {
    const chain = new Swept();
    const lost = await chain.doubt(0, 'a');
    await chain.doubt(1, 'b');
    chain.ports.objects.objects.delete((await chain.ports.ledger.read(lost)).pending!);
    await expect(chain.sweep()).rejects.toThrow(PartitionStoppedError);
    expect(chain.texts(topics.signals)).toEqual(['b 1']);
    expect(chain.telemetry.counts()['failures{reason=PARTITION_STOPPED,stage=sweep}']).toBe(1);
    expect(chain.lines.join('\n')).toMatch(/could not be swept.*"partition":0/);
  });
});

describe('a sweep that races the stage', () => {
  it('between its look and its send: both send, the next stage counts once', async () => {
    const chain = new Swept();
    await chain.doubt(0, 'a');
    const later = chain.words('b');
    await chain.sweep(interlude('objects.get', 'after', () => chain.worker()(later)));
    expect(chain.texts(topics.signals)).toEqual(['a 1', 'b 1', 'a 1']);
    expect(await chain.received()).toEqual(expectedOf(['a', 'b']).sent);
  });

  it('and does not clear what the stage decided meanwhile', async () => {
    const chain = new Swept();
    await chain.doubt(0, 'a');
    const later = chain.words('b');
    const decideOnly = async () => {
      // The worker sends what was pending, then decides its own and dies before it sends that.
      const dying = chain.worker(failOnce('eventLog.append', 'before', new Crash(), 2));
      await expect(dying(later)).rejects.toThrow(Crash);
    };
    await chain.sweep(interlude('eventLog.append', 'before', decideOnly));
    expect((await chain.ports.ledger.read(upstream)).pending).not.toBeNull();
    await chain.sweep();
    expect(await chain.received()).toEqual(expectedOf(['a', 'b']).sent);
  });

  it('and finds the object gone: the stage was there first', async () => {
    const chain = new Swept();
    await chain.doubt(0, 'a');
    const overtaken = async () => {
      await chain.worker()(chain.words('a', 'a'));
      await chain.worker()(chain.words('a'));
      await chain.sweep();
    };
    await chain.sweep(interlude('ledger.read', 'after', overtaken));
    expect(await chain.received()).toEqual(expectedOf(['a', 'a', 'a', 'a']).sent);
  });

  it('or another sweep does no harm', async () => {
    const chain = new Swept();
    await chain.doubt(0, 'a');
    await Promise.all([chain.sweep(), chain.sweep()]);
    expect(await chain.received()).toEqual(expectedOf(['a']).sent);
  });
});

describe('what a sweep deletes', () => {
  it('is every object that neither the state nor a possible winner needs', async () => {
    const chain = new Swept();
    const worker = chain.worker();
    await worker(chain.words('a'));
    await worker(chain.words('a'));
    const overtaken = objectName(upstream, 2, 'late');
    const possible = objectName(upstream, 3, 'next');
    await chain.ports.objects.put(overtaken, Buffer.from('of an attempt that lost'));
    await chain.ports.objects.put(possible, Buffer.from('of an attempt that may win'));
    // The first transaction's object and the late attempt's.
    expect(await chain.sweep()).toMatchObject({ collected: 2 });
    expect(chain.ports.objects.objects.has(overtaken)).toBe(false);
    expect(chain.ports.objects.objects.has(possible)).toBe(true);
    expect(await chain.sweep()).toMatchObject({ collected: 0 });
    await worker(chain.words('a'));
    expect(await chain.received()).toEqual(expectedOf(['a', 'a', 'a']).sent);
  });

  it('is deleted after everything that is pending was sent', async () => {
    const chain = new Swept();
    await chain.worker()(chain.words('a'));
    await chain.ports.objects.put(objectName(upstream, 1, 'late'), Buffer.from('of an attempt that lost'));
    await chain.doubt(1, 'b');
    const calls: string[] = [];
    const report = await chain.sweep((call, side) => {
      if (side === 'before') calls.push(call);
      return undefined;
    });
    expect(report).toEqual({ recovered: 1, collected: 1 });
    expect(calls.indexOf('objects.list')).toBeGreaterThan(calls.indexOf('ledger.clearPending'));
  });

  it('is looked for among the newest objects each minute, and among all of them within the hour', async () => {
    const chain = new Swept();
    const keys = [0, 7, 61].map((partition) => ({ ...upstream, partition }));
    const old = keys.map((key) => objectName(key, 1, 'replaced'));
    const recent = keys.map((key) => objectName(key, 2_000, 'replaced'));
    const item = { ...freshLedgerItem, txn: 2_000, attempt: 'newest', blocks: { kept: { inline: '' } } };
    for (const key of keys) chain.ports.ledger.restore(key, item);
    for (const name of [...old, ...recent]) await chain.ports.objects.put(name, Buffer.from('x'));
    // The hour begins with partition 0's minute, which is over.
    chain.nowMs = Date.parse('2026-11-23T12:01:00Z');
    expect(await chain.sweep()).toMatchObject({ collected: 4 });
    expect([...chain.ports.objects.objects.keys()]).toEqual([old[0], old[1]]);
    for (let minutes = 1; minutes < 60; minutes += 1) {
      chain.nowMs += 60_000;
      await chain.sweep();
    }
    expect([...chain.ports.objects.objects.keys()]).toEqual([]);
  });
});
