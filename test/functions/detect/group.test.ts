import { describe, expect, it } from 'vitest';
import { beginEpisode } from '../../../functions/detect/episode.ts';
import {
  addMetric,
  endEpisode,
  type GroupIdentity,
  keepMetrics,
  metricOf,
  newGroup,
  openEpisode,
} from '../../../functions/detect/group.ts';
import { slot, slotDoubles } from '../../../functions/detect/slot.ts';
import { blankVerdict } from '../../../functions/detect/verdict.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';

const identity: GroupIdentity = {
  scope: 'live',
  entity: { cluster: 'c', kind: 'host', name: 'a' },
  dataset: 'd',
  dimensions: { y: '2', x: '1' },
};
const metric = (name: string) => metricOf(identity, name, undefined, undefined, defaultSettings);

describe('a group', () => {
  it('keeps numbers and episodes with their metrics when others are forgotten', () => {
    const group = newGroup('key', identity, 1, 0, 0);
    for (const name of ['a', 'b', 'c']) addMetric(group, metric(name));
    for (const index of [0, 1, 2]) group.state[index * slotDoubles + slot.lastRaw] = 10 + index;
    const [ofA, ofC] = [0, 2].map((index) => beginEpisode(index, 1, blankVerdict(), group.metrics[index]!.judgement));
    openEpisode(group, 0, ofA!);
    openEpisode(group, 2, ofC!);
    keepMetrics(group, (index) => index > 0);
    expect(group.metrics.map(({ name }) => name)).toEqual(['b', 'c']);
    expect([0, 1].map((index) => group.state[index * slotDoubles + slot.lastRaw])).toEqual([11, 12]);
    expect([...group.episodes]).toEqual([[1, ofC]]);
  });

  it('opens and ends episodes of its own, none of another group', () => {
    const [one, other] = [newGroup('one', identity, 1, 0, 0), newGroup('other', identity, 1, 0, 0)];
    addMetric(one, metric('a'));
    endEpisode(one, 0);
    openEpisode(one, 0, beginEpisode(0, 1, blankVerdict(), one.metrics[0]!.judgement));
    expect([one.episodes.size, other.episodes.size]).toEqual([1, 0]);
    endEpisode(one, 0);
    expect(one.episodes).toBe(other.episodes);
    expect(newGroup('third', identity, 1, 0, 0).episodes.size).toBe(0);
  });

  it('has its dimensions in the order of their names, as it comes back from the stored state', () => {
    expect(Object.keys(newGroup('key', identity, 1, 0, 0).identity.dimensions)).toEqual(['x', 'y']);
  });
});

describe('a metric', () => {
  it('is one for all groups that have it, and another where its kind or unit is another', () => {
    const of = (kind?: 'gauge' | 'delta', unit?: string) =>
      metricOf(identity, 'metric.of.two.groups', kind, unit, defaultSettings);
    expect(of()).toBe(metric('metric.of.two.groups'));
    expect(of('gauge', 'By')).toBe(of('gauge', 'By'));
    expect(new Set([of(), of('gauge'), of('gauge', 'By'), of('delta', 'By')]).size).toBe(4);
    expect(of('delta', 'By')).toMatchObject({ name: 'metric.of.two.groups', kind: 'delta', unit: 'By' });
  });

  it('that comes with ever new units is none the worse for it', () => {
    const units = Array.from({ length: 50 }, (_, nth) => `{thing-${nth}}`);
    const metrics = units.map((unit) => metricOf(identity, 'odd.metric', undefined, unit, defaultSettings));
    expect(metrics.map(({ unit }) => unit)).toEqual(units);
  });
});
