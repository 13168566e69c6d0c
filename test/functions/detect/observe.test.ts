import { describe, expect, it } from 'vitest';
import { SeriesCursor } from '../../../functions/detect/cursor.ts';
import { addMetric, metricOf, newGroup } from '../../../functions/detect/group.ts';
import { close, observe } from '../../../functions/detect/observe.ts';
import type { Group } from '../../../functions/detect/series-group.ts';
import { defaultSettings, settingsSchema } from '../../../functions/shared/domain/settings.ts';
import type { Effect } from '../../../functions/shared/log/record.ts';
import { anomaliesOf } from './records.ts';

const identity = {
  scope: 'live',
  entity: { cluster: 'c', kind: 'host', name: 'a' },
  dataset: 'd',
  dimensions: {},
} as const;

const ignoring = settingsSchema.parse({ catalogue: [{ match: {}, ignore: true }] });

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

const learned = '.'.repeat(200);

// By hand: judged from the 51st sample on; three of five off open, a doubled deviation worsens, five calm ones close.
describe('the observations of a series', () => {
  it.each([
    [`${learned}.....`, []],
    [`${learned.slice(150)}xx`, []],
    [`${'.'.repeat(47)}xxx.....`, []],
    [`${learned}xx...`, []],
    [`${learned}xxx`, ['203 open 1']],
    [`${learned}x.x.x`, ['205 open 1']],
    [`${learned}xxx....`, ['203 open 1']],
    [`${learned}xxx.....`, ['203 open 1', '208 closed 2 back to normal']],
    [`${learned}xxxX`, ['203 open 1', '204 open 2']],
    [`${learned}xxxXX.....`, ['203 open 1', '204 open 2', '210 closed 3 back to normal']],
    [`${learned}xxx.....xxx`, ['203 open 1', '208 closed 2 back to normal', '211 open 1']],
  ])('%s report %j', (pattern, anomalies) => {
    expect(anomaliesIn(groupOfLoad(), pattern)).toEqual(anomalies);
  });

  it('whose new level lasts end when it has been learned, and say so', () => {
    const anomalies = anomaliesIn(groupOfLoad(), learned + 'x'.repeat(300));
    expect(anomalies).toEqual(['203 open 1', expect.stringMatching(/^\d+ closed 2 new level learned$/)]);
    expect(Number.parseInt(anomalies[1]!, 10)).toBeGreaterThan(230);
  });

  it('of a metric that is not judged report nothing, and are not learned', () => {
    const group = newGroup('key', identity, { block: 1, lane: 0, atS: 0 });
    const metric = metricOf(identity, { name: 'system.load.norm.1', kind: undefined, unit: undefined }, ignoring);
    addMetric(group, metric);
    expect(anomaliesIn(group, `${learned}xxx`)).toEqual([]);
    expect(group.values.every((value) => value === 0)).toBe(true);
  });
});

describe('closing an episode', () => {
  it('ends it with the newest sample that was off, and forgets the samples that were off', () => {
    const group = groupOfLoad();
    anomaliesIn(group, `${learned}xxx.`);
    const effects: Effect[] = [];
    close(group, 0, { stageMs: 9_990_000, because: 'no more samples' }, effects);
    expect(anomaliesOf(effects)).toMatchObject([
      {
        state: 'closed',
        startsAtMs: 2_010_000,
        endsAtMs: 2_030_000,
        updatedAtMs: 9_990_000,
        closedBecause: 'no more samples',
      },
    ]);
    expect(group.episodes.size).toBe(0);
    expect(anomaliesIn(group, 'x')).toEqual([]);
  });
});
