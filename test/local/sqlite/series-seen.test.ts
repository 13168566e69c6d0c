import { describe, expect, it } from 'vitest';
import { Database } from '../../../local/sqlite/database.ts';
import { makeTables } from '../../../local/sqlite/schema.ts';
import { SeriesSeen } from '../../../local/sqlite/series-seen.ts';
import { Counters } from '../../../local/sqlite/totals.ts';

const dayMs = 86_400_000;

function openSeries(max?: number) {
  const database = new Database(':memory:');
  makeTables(database, ':memory:');
  const counters = new Counters(database);
  const series = new SeriesSeen(database, counters, max);
  const note = (name: string, nowMs = 0) => series.note({ 'offbeat.entity.path': name, up: 1 }, nowMs);
  return { series, note, counted: () => counters.get('series') };
}

describe('the series of samples', () => {
  it('are forgotten 7 days after their newest sample, and counted again when they return', () => {
    const { series, note, counted } = openSeries();
    note('once');
    for (let day = 0; day <= 8; day += 1) note('daily', day * dayMs);
    series.dropUnseen(8 * dayMs);
    expect([series.remembered, counted()]).toEqual([1, 2]);
    note('once', 8 * dayMs);
    note('daily', 8 * dayMs);
    expect([series.remembered, counted()]).toEqual([2, 3]);
  });

  it('are kept up to a number, above which new ones are not counted and known ones stay', () => {
    const { series, note, counted } = openSeries(3);
    for (let round = 0; round < 2; round += 1) {
      for (let nth = 0; nth < 100; nth += 1) note(`host-${nth}`, round * dayMs);
    }
    expect([series.remembered, counted()]).toEqual([3, 3]);
    series.dropUnseen(7 * dayMs);
    expect(series.remembered).toBe(3);
    series.dropUnseen(9 * dayMs);
    note('new', 9 * dayMs);
    expect([series.remembered, counted()]).toEqual([1, 4]);
  });
});
