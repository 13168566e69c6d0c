import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../../functions/detect/detect.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { createRunner } from '../../../../functions/shared/runner/runner.ts';
import { MemoryTelemetry } from '../../../../local/memory-telemetry.ts';
import { Chain } from '../../../support/chain.ts';
import { Crash, failOnce, withFaults } from '../../../support/faults.ts';
import { tallyStep } from '../../../support/tally.ts';
import { sample } from '../../detect/records.ts';

const signal = new AbortController().signal;

describe("the runner's counters", () => {
  it('the counters name the dead letters of a batch by reason', async () => {
    const chain = new Chain();
    const telemetry = new MemoryTelemetry(() => {});
    const run = createRunner(tallyStep, { ...chain.ports, telemetry });
    const records = chain.words('a', 'unreadable', 'poison', 'unreadable');
    await run({ topic: topics.samples, partition: 0, records }, signal);
    expect(telemetry.counts()).toEqual({
      'dead_letters{reason=not JSON,stage=detect}': 2,
      'dead_letters{reason=step failed,stage=detect}': 1,
      'records_failed{stage=detect}': 1,
    });
  });

  it('a dead letter is counted once although its batch was tried twice before it was decided', async () => {
    const chain = new Chain();
    const telemetry = new MemoryTelemetry(() => {});
    const ledger = withFaults('ledger', chain.ports.ledger, failOnce('ledger.advance', 'before', new Crash()));
    const run = createRunner(tallyStep, { ...chain.ports, ledger, telemetry });
    const batch = { topic: topics.samples, partition: 0, records: chain.words('unreadable') };
    await expect(run(batch, signal)).rejects.toThrow(Crash);
    await run(batch, signal);
    expect(telemetry.counts()).toEqual({ 'dead_letters{reason=not JSON,stage=detect}': 1 });
  });

  it('an ignored measurement is counted once although its batch was tried twice before it was decided', async () => {
    const chain = new Chain();
    const telemetry = new MemoryTelemetry(() => {});
    const ledger = withFaults('ledger', chain.ports.ledger, failOnce('ledger.advance', 'before', new Crash()));
    const run = createRunner(detectStep, { ...chain.ports, ledger, telemetry });
    const again = { ...sample({ timestampMs: 1, measurements: { x: 1 } }), offset: 1 };
    const records = [{ ...again, offset: 0 }, again];
    await expect(run({ topic: topics.samples, partition: 0, records }, signal)).rejects.toThrow(Crash);
    await run({ topic: topics.samples, partition: 0, records }, signal);
    await run({ topic: topics.samples, partition: 0, records: [{ ...again, offset: 2 }] }, signal);
    expect(telemetry.counts()).toEqual({ 'ignored{reason=duplicate,stage=detect}': 2 });
  });
});
