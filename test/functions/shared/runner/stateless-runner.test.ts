import { describe, expect, it } from 'vitest';
import { FencedError, PartitionStoppedError } from '../../../../functions/shared/domain/errors.ts';
import { header, type LogRecord } from '../../../../functions/shared/log/record.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { createStatelessRunner, type Transform } from '../../../../functions/shared/runner/stateless-runner.ts';
import { Crash, type Decide, failOnce, interlude, withFaults } from '../../../support/faults.ts';
import { memoryPorts } from '../../../support/memory-ports.ts';

// The differences of a stage without state, which docs/transaction.md lists.

const signal = new AbortController().signal;
const key = { stage: 'normalise', topic: topics.beats, partition: 0 };

const echo: Transform = {
  before: () => [],
  apply: ({ value }) => [{ topic: topics.samples, key: 'k', value: `sample of ${value}`, headers: {} }],
};

/** Returns a partition of `beats` with two records, and workers that read them. */
async function openBeats() {
  const ports = memoryPorts();
  const append = (text: string) =>
    ports.eventLog.append([{ topic: topics.beats, partition: 0, key: null, value: Buffer.from(text), headers: {} }]);
  await append('a');
  await append('b');
  const run = (records: readonly LogRecord[], decide: Decide = () => undefined) => {
    const faulty = {
      ...ports,
      ledger: withFaults('ledger', ports.ledger, decide),
      eventLog: withFaults('eventLog', ports.eventLog, decide),
    };
    return createStatelessRunner('normalise', faulty)({ topic: topics.beats, partition: 0, records }, echo, signal);
  };
  const positions = () => ports.eventLog.records(topics.samples).map(({ headers }) => headers[header.position]);
  return { ports, run, records: ports.eventLog.records(topics.beats), positions };
}

const [first, second] = ['normalise/offbeat.beats/0 0 0 0', 'normalise/offbeat.beats/0 0 1 0'];

describe('a stage without state', () => {
  it('sends the same positions again after a crash between the append and the commit point', async () => {
    const { run, records, positions, ports } = await openBeats();
    await expect(run(records, failOnce('eventLog.append', 'after', new Crash()))).rejects.toThrow(Crash);
    expect((await ports.ledger.read(key)).nextOffset).toBeNull();
    await run(records);
    expect(positions()).toEqual([first, second, first, second]);
    expect((await ports.ledger.read(key)).nextOffset).toBe(2);
  });

  it('sends the same positions as the worker that overtook it, and is fenced', async () => {
    const { run, records, positions, ports } = await openBeats();
    const slow = run(
      records,
      interlude('ledger.advance', 'before', () => run(records)),
    );
    await expect(slow).rejects.toThrow(FencedError);
    expect(positions()).toEqual([first, second, first, second]);
    expect((await ports.ledger.read(key)).txn).toBe(1);
  });

  it('appends no record of a topic that was recreated', async () => {
    const { run, records, positions } = await openBeats();
    await run(records);
    const recreated = records.map((record) => ({ ...record, timestampMs: record.timestampMs + 1_000 }));
    await expect(run(recreated)).rejects.toThrow(PartitionStoppedError);
    expect(positions()).toEqual([first, second]);
  });
});
