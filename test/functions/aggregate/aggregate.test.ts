import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HourOfSummaries } from '../../../functions/aggregate/aggregate.ts';
import { createAggregate } from '../../../functions/aggregate/handler.ts';
import { hourMs, minuteMs } from '../../../functions/shared/domain/durations.ts';
import { UsageError } from '../../../functions/shared/domain/errors.ts';
import { measurementId } from '../../../functions/shared/domain/ids.ts';
import type { MetricSummary, Summary } from '../../../functions/shared/domain/summary.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import type { WarehouseWrite } from '../../../functions/shared/ports/warehouse.ts';
import { summaryDocument } from '../../../functions/shared/warehouse/summary-document.ts';
import { openStore } from '../../../local/sqlite/store.ts';
import { ManualClock } from '../../local/memory-broker.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { warehouseOver } from '../../support/warehouse-over.ts';

const startMs = Date.parse('2026-11-23T15:00:00Z');
const metric = 'system.diskio.write.bytes';

const minute = (nth: number, figures: MetricSummary, device = 'sda'): Summary => ({
  entity: { cluster: 'prod', kind: 'host', name: 'node-a' },
  minuteMs: startMs + nth * minuteMs,
  dataset: 'system.diskio',
  dimensions: { device },
  metrics: { [metric]: figures },
});

function hourOf(...minutes: readonly Summary[]): WarehouseWrite[] {
  const hour = new HourOfSummaries(startMs);
  for (const summary of minutes) hour.add(summary);
  return hour.writes();
}

const figuresOf = ([write]: readonly WarehouseWrite[]) => summaryDocument.read(write!.document).metrics[metric];

describe('an hour of minutes', () => {
  it('means are weighted by their samples; extremes, the newest value and the highest score are kept', () => {
    const first = { avg: 1, min: 0, max: 2, last: 2, count: 1, expected: 1, spread: 1, score: 0.9 };
    const second = { avg: 4, min: 3, max: 8, last: 5, count: 2, expected: 4, spread: 4, score: 0.1 };
    expect(figuresOf(hourOf(minute(0, first), minute(1, second)))).toEqual({
      avg: 3,
      min: 0,
      max: 8,
      last: 5,
      count: 3,
      expected: 3,
      spread: 3,
      score: 0.9,
    });
  });

  it('the expected value is that of the minutes that have one', () => {
    const young = { avg: 1, min: 1, max: 1, last: 1, count: 6 };
    const [{ document }] = hourOf(minute(0, young), minute(1, { ...young, expected: 2 })) as [WarehouseWrite];
    expect(document[`${metric}.expected`]).toBe(2);
    expect(Object.keys(document)).not.toContain(`${metric}.spread`);
    expect(Object.keys(document)).not.toContain(`${metric}.score`);
  });

  it('each set of dimensions is one document, with an id of content and the number of minutes as version', () => {
    const figures = { avg: 1, min: 1, max: 1, last: 1, count: 6 };
    const writes = hourOf(minute(0, figures), minute(1, figures), minute(1, figures, 'sdb'));
    const { entity, dataset } = minute(0, figures);
    expect(writes.map(({ family, id, timeMs, version }) => ({ family, id, timeMs, version }))).toEqual([
      {
        family: 'offbeat-summaries-1h',
        id: measurementId(entity, dataset, { device: 'sda' }, startMs),
        timeMs: startMs,
        version: 2,
      },
      {
        family: 'offbeat-summaries-1h',
        id: measurementId(entity, dataset, { device: 'sdb' }, startMs),
        timeMs: startMs,
        version: 1,
      },
    ]);
    expect(writes[0]!.document).toMatchObject({ '@timestamp': '2026-11-23T15:00:00.000Z', 'offbeat.minutes': 2 });
  });

  it('the mean is between the extremes, and the number of samples is the sum of those of the minutes', () => {
    const value = fc.double({ min: -1e100, max: 1e100, noNaN: true });
    const figures = fc.tuple(value, value, value, fc.integer({ min: 1, max: 1e6 })).map(([a, b, c, count]) => {
      const [min, avg, max] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
      return { avg, min, max, last: avg, count };
    });
    fc.assert(
      fc.property(fc.array(figures, { minLength: 1, maxLength: 60 }), (minutes) => {
        const hour = figuresOf(hourOf(...minutes.map((each, nth) => minute(nth, each))))!;
        expect(hour.min).toBeLessThanOrEqual(hour.avg);
        expect(hour.avg).toBeLessThanOrEqual(hour.max);
        expect(hour.count).toBe(minutes.reduce((sum, { count }) => sum + count, 0));
      }),
    );
  });
});

describe('the function aggregate', () => {
  const figures = { avg: 1, min: 1, max: 1, last: 1, count: 6 };

  /** @param refuses whether the warehouse refuses a write of an hour */
  function rig(refuses: (write: WarehouseWrite) => boolean = () => false) {
    const clock = new ManualClock();
    clock.timeMs = startMs + hourMs + 10 * minuteMs;
    const { warehouse } = openStore(':memory:', defaultLayout, clock);
    const picky = warehouseOver(warehouse, {
      async write(writes) {
        await warehouse.write(writes.filter((each) => !refuses(each)));
        return writes.flatMap((each, index) => (refuses(each) ? [{ index, reason: 'Limit of total fields' }] : []));
      },
    });
    const handler = createAggregate({ warehouse: picky, clock, telemetry: silentTelemetry });
    const write = (summary: Summary) => {
      const { entity, dataset, dimensions, minuteMs: timeMs } = summary;
      const id = measurementId(entity, dataset, dimensions, timeMs);
      return warehouse.write([{ family: 'offbeat-summaries', id, timeMs, document: summaryDocument.write(summary) }]);
    };
    const hours = async () =>
      (await warehouse.search({ family: 'offbeat-summaries-1h', order: 'oldest first', limit: 100 })).map((hour) => [
        hour['@timestamp'],
        hour['offbeat.minutes'],
      ]);
    return { run: (event: unknown = {}) => handler(event, lambdaContext()), write, hours };
  }

  it('a run aggregates the last three whole hours, and not the current one', async () => {
    const { run, write, hours } = rig();
    for (const nth of [-121, -120, -60, 0, 59, 60]) await write(minute(nth, figures));
    expect((await run()).map(({ hour, documents }) => [hour, documents])).toEqual([
      ['2026-11-23T13:00:00.000Z', 1],
      ['2026-11-23T14:00:00.000Z', 1],
      ['2026-11-23T15:00:00.000Z', 1],
    ]);
    expect(await hours()).toEqual([
      ['2026-11-23T13:00:00.000Z', 1],
      ['2026-11-23T14:00:00.000Z', 1],
      ['2026-11-23T15:00:00.000Z', 2],
    ]);
  });

  it('a second run changes an hour only if there are more minutes of it', async () => {
    const { run, write, hours } = rig();
    await write(minute(0, figures));
    await run();
    await run();
    expect(await hours()).toEqual([['2026-11-23T15:00:00.000Z', 1]]);
    await write(minute(7, figures));
    await run({ hour: '2026-11-23T15:42:00Z' });
    expect(await hours()).toEqual([['2026-11-23T15:00:00.000Z', 2]]);
  });

  it('a run fails on a document that the warehouse refuses, after it has written all others, of later hours too', async () => {
    const { run, write, hours } = rig(({ document }) => document['labels.device'] === 'new');
    for (const nth of [-120, -60, 0]) {
      for (const device of ['new', 'sda']) await write(minute(nth, figures, device));
    }
    await expect(run()).rejects.toThrow('the warehouse refused 3 documents of hours; the first: Limit of total fields');
    expect((await hours()).map(([time]) => time)).toEqual([
      '2026-11-23T13:00:00.000Z',
      '2026-11-23T14:00:00.000Z',
      '2026-11-23T15:00:00.000Z',
    ]);
  });

  it('an hour that is not a date is refused', async () => {
    await expect(rig().run({ hour: 'noon' })).rejects.toBeInstanceOf(UsageError);
  });
});
