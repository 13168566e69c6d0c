import { describe, expect, it } from 'vitest';
import { SeriesCursor } from '../../../functions/detect/cursor.ts';
import { addMetric, metricOf, newGroup } from '../../../functions/detect/group.ts';
import { close, observe } from '../../../functions/detect/observe.ts';
import type { Group } from '../../../functions/detect/series-group.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import type { Effect } from '../../../functions/shared/log/record.ts';
import { anomaliesOf } from './records.ts';

const identity = {
  scope: 'live',
  entity: { cluster: 'c', kind: 'host', name: 'a' },
  dataset: 'd',
  dimensions: {},
} as const;

/** Returns a group with one gauge, judged upwards with a floor of 1 (`system.load.norm.1` in the catalogue). */
function groupOfLoad(): Group {
  const group = newGroup('key', identity, { block: 1, lane: 0, atS: 0 });
  addMetric(
    group,
    metricOf(identity, { name: 'system.load.norm.1', kind: undefined, unit: undefined }, defaultSettings),
  );
  return group;
}

/**
 * Observes samples ten seconds apart: `.` is 0.5, `x` is 5, `X` is 50. Returns the anomalies with the number of the
 * sample that they were reported at.
 */
function anomaliesIn(group: Group, pattern: string): string[] {
  const cursor = new SeriesCursor(group);
  cursor.moveTo(0);
  const effects: Effect[] = [];
  const found: string[] = [];
  for (const [nth, sample] of [...pattern].entries()) {
    const value = sample === '.' ? 0.5 : sample === 'x' ? 5 : 50;
    const before = effects.length;
    observe(cursor, value, { timestampMs: (nth + 1) * 10_000, stageMs: (nth + 1) * 10_000 }, effects);
    for (const { state, revision, closedBecause } of anomaliesOf(effects.slice(before))) {
      found.push([nth + 1, state, revision, ...(closedBecause === undefined ? [] : [closedBecause])].join(' '));
    }
  }
  return found;
}

const learned = '.'.repeat(20);

// By hand: judged from the 21st sample on; three of five off open, a doubled deviation worsens, five calm ones close.
describe('the observations of a series', () => {
  it.each([
    [`${learned}.....`, []],
    [`${learned.slice(1)}xxx`, []],
    [`${learned}xx...`, []],
    [`${learned}xxx`, ['23 open 1']],
    [`${learned}x.x.x`, ['25 open 1']],
    [`${learned}xxx....`, ['23 open 1']],
    [`${learned}xxx.....`, ['23 open 1', '28 closed 2 back to normal']],
    [`${learned}xxxX`, ['23 open 1', '24 open 2']],
    [`${learned}xxxXX.....`, ['23 open 1', '24 open 2', '30 closed 3 back to normal']],
    [`${learned}xxx.....xxx`, ['23 open 1', '28 closed 2 back to normal', '31 open 1']],
  ])('%s report %j', (pattern, anomalies) => {
    expect(anomaliesIn(groupOfLoad(), pattern)).toEqual(anomalies);
  });

  it('whose level lasts for six hours end with that level as the expected one', () => {
    const sixHours = 6 * 360;
    expect(anomaliesIn(groupOfLoad(), learned + 'x'.repeat(sixHours + 100))).toEqual([
      '23 open 1',
      `${21 + sixHours} closed 2 new level accepted`,
    ]);
  });
});

describe('closing an episode', () => {
  it('ends it with the newest sample that was off, and forgets the samples that were off', () => {
    const group = groupOfLoad();
    anomaliesIn(group, `${learned}xxx.`);
    const effects: Effect[] = [];
    close(group, 0, { stageMs: 999_000, because: 'no more samples' }, effects);
    expect(anomaliesOf(effects)).toMatchObject([
      {
        state: 'closed',
        startsAtMs: 210_000,
        endsAtMs: 230_000,
        updatedAtMs: 999_000,
        closedBecause: 'no more samples',
      },
    ]);
    expect(group.episodes.size).toBe(0);
    expect(anomaliesIn(group, 'x')).toEqual([]);
  });
});
