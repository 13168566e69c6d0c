import { describe, expect, it } from 'vitest';
import { roomOf } from '../../bench/cost/capacity.ts';
import { machinesOf, seriesOf } from '../../bench/cost/deployments.ts';
import { flowOf } from '../../bench/cost/flow.ts';
import { measured } from '../../bench/cost/measured.ts';
import { diskBytesOf, warehouseOf } from '../../bench/cost/use.ts';
import { policies } from '../../functions/set-up-warehouse/lifecycle.ts';
import type { Family } from '../../functions/shared/ports/warehouse.ts';
import { deploymentNames } from '../support/deployment.ts';

const gib = 1024 ** 3;
const flow = flowOf({ series: 100_000, windowMs: 5_000 });

/** The age in days at which Index State Management deletes an index, as its policy has it. */
const deletedAt = (family: Family): number =>
  Number(/"deleted","conditions":\{"min_index_age":"(\d+)d"/.exec(JSON.stringify(policies().get(family)))![1]);

describe('the bytes of the warehouse', () => {
  const sampleDay = flow.samples * 86_400 * measured.storedSampleBytes;
  const minuteDay = flow.summaries * 86_400 * measured.storedSummaryBytes;

  it('are those of every day until the policies delete its index', () => {
    const kept =
      sampleDay * deletedAt('offbeat-samples') +
      minuteDay * deletedAt('offbeat-summaries') +
      (minuteDay / 60) * deletedAt('offbeat-summaries-1h');
    expect(warehouseOf(flow).keptBytes / kept).toBeCloseTo(1, 9);
  });

  it('leave room to write the largest index, a week of minutes, once more while it is merged', () => {
    const { keptBytes } = warehouseOf(flow);
    expect((diskBytesOf(flow) - keptBytes) / (7 * minuteDay)).toBeCloseTo(1, 9);
  });
});

describe('the disks of a deployment', () => {
  it.each(deploymentNames)('of %s hold the series that it is reckoned with', (name) => {
    const { topics, warehouse } = roomOf(machinesOf(name));
    for (const room of [topics, warehouse]) {
      if (room !== undefined) expect(seriesOf[name]).toBeLessThanOrEqual(room);
    }
  });

  it('are three quarters full at the number of series that they hold, during a merge', () => {
    const machines = machinesOf('production');
    const full = flowOf({ series: roomOf(machines).warehouse!, windowMs: 5_000 });
    expect((2 * diskBytesOf(full)) / (machines.search!.gigabytes * gib)).toBeCloseTo(0.75, 6);
  });
});
