import { describe, expect, it } from 'vitest';
import { beginEpisode } from '../../../functions/detect/episode.ts';
import {
  addMetric,
  endEpisode,
  keepMetrics,
  metricOf,
  newGroup,
  openEpisode,
} from '../../../functions/detect/group.ts';
import type { GroupIdentity } from '../../../functions/detect/series-group.ts';
import { slot, slotDoubles } from '../../../functions/detect/slot.ts';
import { blankVerdict } from '../../../functions/detect/verdict.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';

const place = { block: 1, lane: 0, atS: 0 };

const identity: GroupIdentity = {
  scope: 'live',
  entity: { cluster: 'c', kind: 'host', name: 'a' },
  dataset: 'd',
  dimensions: { y: '2', x: '1' },
};
const metric = (name: string) => metricOf(identity, { name, kind: undefined, unit: undefined }, defaultSettings);

describe('a group', () => {
  it('keeps doubles and episodes with their metrics when other metrics are forgotten', () => {
    const group = newGroup('key', identity, place);
    for (const name of ['a', 'b', 'c']) addMetric(group, metric(name));
    for (const index of [0, 1, 2]) group.values[index * slotDoubles + slot.lastRaw] = 10 + index;
    const [ofA, ofC] = [0, 2].map((index) => beginEpisode(index, 1, blankVerdict(), group.metrics[index]!.rule));
    openEpisode(group, 0, ofA!);
    openEpisode(group, 2, ofC!);
    keepMetrics(group, (index) => index > 0);
    expect(group.metrics.map(({ name }) => name)).toEqual(['b', 'c']);
    expect([0, 1].map((index) => group.values[index * slotDoubles + slot.lastRaw])).toEqual([11, 12]);
    expect([...group.episodes]).toEqual([[1, ofC]]);
  });

  it('opens and ends only its own episodes, although groups without episodes share one map', () => {
    const [one, other] = [newGroup('one', identity, place), newGroup('other', identity, place)];
    addMetric(one, metric('a'));
    endEpisode(one, 0);
    openEpisode(one, 0, beginEpisode(0, 1, blankVerdict(), one.metrics[0]!.rule));
    expect([one.episodes.size, other.episodes.size]).toEqual([1, 0]);
    endEpisode(one, 0);
    expect(one.episodes).toBe(other.episodes);
    expect(newGroup('third', identity, place).episodes.size).toBe(0);
  });

  it('has its dimensions sorted by name, as in the stored state', () => {
    expect(Object.keys(newGroup('key', identity, place).identity.dimensions)).toEqual(['x', 'y']);
  });
});

describe('a metric', () => {
  it('is one object for all groups that have it, and another object for another kind or unit', () => {
    // The objects are kept for each object of settings, and only for its first metrics.
    const settings = { ...defaultSettings };
    const of = (kind?: 'gauge' | 'delta', unit?: string) =>
      metricOf(identity, { name: 'metric.of.two.groups', kind, unit }, settings);
    expect(of()).toBe(of());
    expect(of('gauge', 'By')).toBe(of('gauge', 'By'));
    expect(new Set([of(), of('gauge'), of('gauge', 'By'), of('delta', 'By')]).size).toBe(4);
    expect(of('delta', 'By')).toMatchObject({ name: 'metric.of.two.groups', kind: 'delta', unit: 'By' });
  });

  it('has the rule of its dimensions, where the catalogue has a row for them', () => {
    const settings = { ...defaultSettings };
    const of = (state: string) => {
      const ofState = { ...identity, dimensions: { state } };
      return metricOf(ofState, { name: 'system.memory.usage', kind: undefined, unit: undefined }, settings);
    };
    expect([of('used'), of('free')].map(({ rule }) => rule.isJudged)).toEqual([true, false]);
    expect(of('used')).toBe(of('used'));
    expect(of('free')).toBe(of('cached'));
  });

  it('keeps its unit, however many units samples carry for its name', () => {
    const units = Array.from({ length: 50 }, (_, nth) => `{thing-${nth}}`);
    const metrics = units.map((unit) =>
      metricOf(identity, { name: 'odd.metric', kind: undefined, unit }, defaultSettings),
    );
    expect(metrics.map(({ unit }) => unit)).toEqual(units);
  });
});
