import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeGroups, encodeGroups } from '../../../functions/detect/codec.ts';
import { detectStep } from '../../../functions/detect/detect.ts';
import { profileSlots, weekFloats } from '../../../functions/detect/detector/layout.ts';
import { type Filling, noFillings } from '../../../functions/detect/filling.ts';
import {
  addMetric,
  keepMetrics,
  metricOf,
  newGroup,
  noEpisodes,
  openEpisode,
} from '../../../functions/detect/group.ts';
import { IdSet } from '../../../functions/detect/id-set.ts';
import { type LimitWatch, noWatches } from '../../../functions/detect/limit-watch.ts';
import { addProfiles, addWeeks } from '../../../functions/detect/profiles.ts';
import type { Group } from '../../../functions/detect/series-group.ts';
import { logBytes, sizesOf } from '../../../functions/detect/size.ts';
import { slotDoubles } from '../../../functions/detect/slot.ts';
import { groupKey } from '../../../functions/detect/table.ts';
import { severities } from '../../../functions/shared/domain/anomaly.ts';
import { entityKinds } from '../../../functions/shared/domain/entity.ts';
import { metricKinds } from '../../../functions/shared/domain/sample.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { context } from './records.ts';

const place = { block: 1, lane: 0, atS: 0 };

const number = fc.double({ noNaN: true });
const text = fc.string({ unit: 'binary' });
const name = fc.string({ unit: 'binary', minLength: 1 });
const limit = fc.record({
  side: fc.constantFrom('above', 'below'),
  bound: number,
  forMs: fc.nat(),
  severity: fc.constantFrom(...severities),
});
const watch = fc.record({
  beyond: fc.array(fc.record({ limit, sinceMs: number }), { maxLength: 3 }),
  episode: fc.option(
    fc.record({
      startsAtMs: number,
      limit,
      revision: fc.nat(),
      reportedAtMs: number,
      peak: number,
      lastBeyondMs: number,
      within: fc.nat(4),
    }),
    { nil: undefined },
  ),
});
const filling = fc.record({
  trend: fc.record({
    firstMs: number,
    lastMs: number,
    samples: fc.nat(),
    weight: number,
    time: number,
    level: number,
    timeTime: number,
    timeLevel: number,
    levelLevel: number,
  }),
  contradicting: fc.nat(),
  sinceMs: number,
  episode: fc.option(
    fc.record({
      startsAtMs: number,
      revision: fc.nat(),
      reportedAtMs: number,
      severity: fc.constantFrom('warning', 'critical'),
      level: number,
      soonest: number,
      latest: number,
      lastMs: number,
    }),
    { nil: undefined },
  ),
});
const logMinute = fc.record({
  ids: fc.option(
    fc
      .uniqueArray(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { minLength: 1, maxLength: 30 })
      .map((ids) => new IdSet(ids)),
    { nil: undefined },
  ),
  lines: fc.array(text, { maxLength: 3 }),
});
const group = fc
  .record({
    identity: fc.record({
      scope: fc.string(),
      entity: fc.record({
        cluster: fc.string(),
        kind: fc.constantFrom(...entityKinds),
        name: text,
      }),
      dataset: fc.string(),
      dimensions: fc.dictionary(text, text, { noNullPrototype: true }),
    }),
    lanes: fc.oneof(
      fc.nat(100),
      fc.record({
        seenMs: fc
          .uniqueArray(fc.tuple(fc.nat(100), number), { selector: ([lane]) => lane, minLength: 1, maxLength: 4 })
          .map((lanes) => new Map(lanes.sort(([a], [b]) => a - b))),
        closedByMs: number,
      }),
    ),
    seen: fc.record({
      sinceS: fc.nat(),
      seenS: fc.nat(),
      isSettled: fc.boolean(),
      heardFirstMs: number,
      heardMs: number,
    }),
    minutes: fc.tuple(number, number),
    metrics: fc.uniqueArray(
      fc.record({
        name,
        kind: fc.option(fc.constantFrom(...metricKinds), { nil: undefined }),
        unit: fc.option(name, { nil: undefined }),
        beyond: fc.option(watch),
        fills: fc.option(filling),
        off: fc.option(
          fc.record({
            kind: fc.constantFrom('deviation', 'quiet'),
            startsAtMs: number,
            revision: fc.nat(),
            reportedAtMs: number,
            reportedSize: number,
            severity: fc.constantFrom('warning' as const, 'critical' as const, 'info' as const),
            peak: number,
            expected: number,
            lower: number,
            upper: number,
            z: number,
            lowerAtStart: number,
            upperAtStart: number,
            lines: fc.array(text, { maxLength: 3 }),
          }),
        ),
      }),
      { selector: ({ name }) => name, maxLength: 5 },
    ),
    seed: number,
    log: fc.option(fc.record({ sinceMs: number, minutes: fc.tuple(logMinute, logMinute) }), { nil: undefined }),
  })
  .map(({ identity, lanes, minutes, metrics, seen, seed, log }): Group => {
    const made = { ...newGroup(groupKey(identity), identity, place), ...seen };
    made.lanes = lanes;
    made.minutes.splice(0, 2, ...minutes);
    const watches = new Map<number, LimitWatch>();
    const fillings = new Map<number, Filling>();
    for (const { name, kind, unit, off, beyond, fills } of metrics) {
      const index = addMetric(made, metricOf(identity, { name, kind, unit }, defaultSettings));
      if (off !== null) openEpisode(made, index, off);
      if (beyond !== null) watches.set(index, beyond);
      if (fills !== null) fillings.set(index, fills);
    }
    if (watches.size > 0) made.watches = watches;
    if (fillings.size > 0) made.fillings = fillings;
    made.values.fill(seed);
    if (log !== undefined) made.log = log;
    made.size.logBytes = logBytes(made);
    return made;
  });

describe("detect's codec", () => {
  it('reads back the groups that it wrote', () => {
    fc.assert(
      fc.property(fc.array(group, { maxLength: 4 }), (groups) => {
        const bytes = encodeGroups(groups);
        const back = decodeGroups(bytes, 1, defaultSettings);
        expect(back).toEqual(groups);
        expect(encodeGroups(back)).toEqual(bytes);
      }),
      { numRuns: 100 },
    );
  });

  it('writes at most the counted bytes for a group without episodes, in any script, also after metrics were removed', () => {
    fc.assert(
      fc.property(group, fc.nat(5), (made, without) => {
        const calm = {
          ...made,
          metrics: [...made.metrics],
          lanes: 0,
          episodes: noEpisodes,
          watches: noWatches,
          fillings: noFillings,
        };
        calm.size.logBytes = logBytes(calm);
        keepMetrics(calm, (index) => index !== without);
        fc.pre(calm.metrics.length > 0);
        const header = encodeGroups([]).length;
        expect(sizesOf(calm).bytes.all).toBeGreaterThanOrEqual(encodeGroups([calm]).length - header);
        expect(decodeGroups(encodeGroups([calm]), 1, defaultSettings)[0]!.size).toEqual(calm.size);
      }),
      { numRuns: 200 },
    );
  });

  it('writes a wide group without its spare doubles', () => {
    const [first] = fc.sample(group, { numRuns: 1, seed: 1 });
    const { key, identity } = first!;
    const wide = newGroup(key, identity, place);
    for (let nth = 0; nth < 300; nth += 1) {
      const index = addMetric(
        wide,
        metricOf(identity, { name: `m${nth}`, kind: undefined, unit: undefined }, defaultSettings),
      );
      wide.values[index * slotDoubles] = nth;
    }
    const [back] = decodeGroups(encodeGroups([wide]), 1, defaultSettings);
    expect(back!.values).toEqual(wide.values.slice(0, 300 * slotDoubles));
    expect(wide.values.length).toBeGreaterThan(back!.values.length);
    expect(back!.values[299 * slotDoubles]).toBe(299);
  });

  it('reads back the day and week profiles of a group, without those of spare metrics', () => {
    const [first] = fc.sample(group, { numRuns: 1, seed: 1 });
    const old = newGroup(first!.key, first!.identity, place);
    for (let nth = 0; nth < 200; nth += 1) {
      addMetric(old, metricOf(old.identity, { name: `m${nth}`, kind: undefined, unit: undefined }, defaultSettings));
    }
    addProfiles(old);
    old.profiles!.means.forEach((_, at, means) => {
      means[at] = at;
    });
    old.profiles!.counts.fill(7);
    addWeeks(old, 0);
    old.weeks!.forEach((_, at, floats) => {
      floats[at] = at;
    });
    const [back] = decodeGroups(encodeGroups([old]), 1, defaultSettings);
    expect(back!.profiles!.means).toEqual(old.profiles!.means.slice(0, 200 * profileSlots));
    expect(back!.profiles!.counts).toEqual(old.profiles!.counts.slice(0, 200 * profileSlots));
    expect(back!.weeks).toEqual(old.weeks!.slice(0, 200 * weekFloats));
    expect(back!.size).toEqual(old.size);
  });

  it('refuses a version that it does not know, with the remedy', () => {
    const bytes = encodeGroups([]);
    bytes.writeUInt32LE(2, 4);
    expect(() => detectStep.open(new Map([['series/000001', bytes]]), context)).toThrow(
      "block 1 of detect's state has version 2: this Offbeat reads version 8; begin with a new state",
    );
    const common = Buffer.from(JSON.stringify({ version: 1 }));
    expect(() => detectStep.open(new Map([['common', common]]), context)).toThrow(
      'has version 1: this Offbeat reads version 3',
    );
  });

  it('refuses bytes that are no block, or only a part of one', () => {
    expect(() => decodeGroups(Buffer.from('nonsense here'), 3, defaultSettings)).toThrow('block 3 of detect');
    expect(() => decodeGroups(Buffer.alloc(0), 3, defaultSettings)).toThrow('is damaged');
    const bytes = encodeGroups(fc.sample(group, { numRuns: 1, seed: 1 }));
    expect(() => decodeGroups(bytes.subarray(0, -1), 1, defaultSettings)).toThrow(RangeError);
  });
});
