import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeGroups, encodeGroups } from '../../../functions/detect/codec.ts';
import { detectStep } from '../../../functions/detect/detect.ts';
import { profileSlots, weekFloats } from '../../../functions/detect/detector/layout.ts';
import { noFillings } from '../../../functions/detect/filling.ts';
import { addMetric, keepMetrics, metricOf, newGroup, noEpisodes } from '../../../functions/detect/group.ts';
import { noWatches } from '../../../functions/detect/limit-watch.ts';
import { addProfiles, addWeeks } from '../../../functions/detect/profiles.ts';
import { logBytes, sizesOf } from '../../../functions/detect/size.ts';
import { slotDoubles } from '../../../functions/detect/slot.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { groupArbitrary, place } from './groups.ts';
import { context } from './records.ts';

describe("detect's codec", () => {
  it('reads back the groups that it wrote', () => {
    fc.assert(
      fc.property(fc.array(groupArbitrary, { maxLength: 4 }), (groups) => {
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
      fc.property(groupArbitrary, fc.nat(5), (made, without) => {
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
    const [first] = fc.sample(groupArbitrary, { numRuns: 1, seed: 1 });
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
    const [first] = fc.sample(groupArbitrary, { numRuns: 1, seed: 1 });
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
      "block 1 of detect's state has version 2: this Offbeat reads version 9; begin with a new state",
    );
    const common = Buffer.from(JSON.stringify({ version: 1 }));
    expect(() => detectStep.open(new Map([['common', common]]), context)).toThrow(
      'has version 1: this Offbeat reads version 3',
    );
  });

  it('refuses bytes that are no block, or only a part of one', () => {
    expect(() => decodeGroups(Buffer.from('nonsense here'), 3, defaultSettings)).toThrow('block 3 of detect');
    expect(() => decodeGroups(Buffer.alloc(0), 3, defaultSettings)).toThrow('is damaged');
    const bytes = encodeGroups(fc.sample(groupArbitrary, { numRuns: 1, seed: 1 }));
    expect(() => decodeGroups(bytes.subarray(0, -1), 1, defaultSettings)).toThrow('block 1 of detect');
  });
});
