import { SeriesCursor } from '../functions/detect/cursor.ts';
import { Detector } from '../functions/detect/detector/detector.ts';
import { detectorDoubles, detectorFloats, profileSlots } from '../functions/detect/detector/layout.ts';
import { type DetectorState, profileBytes, stateAt, stateBytes } from '../functions/detect/detector/state.ts';
import { addMetric, metricOf, newGroup } from '../functions/detect/group.ts';
import { addToMinute } from '../functions/detect/minute.ts';
import { observe } from '../functions/detect/observe.ts';
import type { GroupIdentity } from '../functions/detect/series-group.ts';
import { minuteParity, slot, slotDoubles } from '../functions/detect/slot.ts';
import { defaultSettings } from '../functions/shared/domain/settings.ts';
import type { Effect } from '../functions/shared/log/record.ts';
import { type Figure, measure } from './measure.ts';
import { type BenchRow, share } from './row.ts';

const seriesCount = 1_000;
const samplesEach = 10_000;
const operations = seriesCount * samplesEach;
const rounds = 9;

/** Measures the detector's core, and the whole path of a measurement, beside a plain EWMA loop over the same values. */
export async function benchDetector(): Promise<BenchRow[]> {
  const values = noise();
  const { plain, channels, all } = await measure(operations, rounds, {
    plain: () => plainEwma(values),
    channels: () => stepAll(values),
    all: () => observeAll(values),
  });
  return [
    {
      name: 'plain EWMA loop (peer)',
      figure: plain,
      unit: 'samples/s',
      note: `mean and variance in a Float64Array; ${seriesCount} series`,
    },
    row('detector, every channel', channels, plain, 3e6),
    { name: 'detector, state a series', figure: stateBytes, unit: 'bytes', budget: 260, note: 'without a day profile' },
    { name: 'detector, with a day profile', figure: stateBytes + profileBytes, unit: 'bytes', budget: 560 },
    row('detector, with episodes and minutes', all, plain, 2e6),
    { name: 'state a series', figure: 8 * slotDoubles, unit: 'bytes', budget: 420, note: 'both open minutes included' },
  ];
}

function row(name: string, figure: Figure, plain: Figure, budget: number): BenchRow {
  return { name, figure, unit: 'samples/s', budget, note: share(figure, plain, 'the plain EWMA loop') };
}

/** A repeatable series of noise around 100, from a linear congruential generator (constants of Numerical Recipes). */
function noise(): Float64Array {
  let seed = 1;
  return Float64Array.from({ length: samplesEach }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return 95 + (10 * seed) / 2 ** 32;
  });
}

function plainEwma(values: Float64Array): Float64Array {
  const state = new Float64Array(2 * seriesCount);
  for (const value of values) {
    for (let at = 0; at < state.length; at += 2) {
      const delta = value - state[at]!;
      state[at] = state[at]! + 0.01 * delta;
      state[at + 1] = 0.99 * (state[at + 1]! + 0.01 * delta * delta);
    }
  }
  return state;
}

/** Steps the detector of `npx offbeat detect` through all series, with day profiles, a value of each in turn. */
function stepAll(values: Float64Array): number {
  const detector = new Detector();
  const doubles = new Float64Array(detectorDoubles * seriesCount);
  const floats = new Float32Array(detectorFloats * seriesCount);
  const means = new Float32Array(profileSlots * seriesCount);
  const counts = new Uint16Array(profileSlots * seriesCount);
  const states = Array.from({ length: seriesCount }, (_, nth): DetectorState => {
    const profile = { means, counts, at: nth * profileSlots };
    return stateAt({ doubles, doublesAt: nth * detectorDoubles }, { floats, floatsAt: nth * detectorFloats }, profile);
  });
  let highest = 0;
  for (const [nth, value] of values.entries()) {
    const timeMs = (nth + 1) * 10_000;
    for (const state of states) highest = Math.max(highest, detector.step(state, timeMs, value).score);
  }
  return highest;
}

function observeAll(values: Float64Array): number {
  const entity = { cluster: 'bench', kind: 'host', name: 'a' } as const;
  const identity: GroupIdentity = { scope: 'live', entity, dataset: 'bench', dimensions: {} };
  const group = newGroup('bench', identity, { block: 1, lane: 0, atS: 0 });
  const metric = metricOf(
    identity,
    { name: 'system.cpu.total.norm.pct', kind: undefined, unit: undefined },
    defaultSettings,
  );
  for (let index = 0; index < seriesCount; index += 1) addMetric(group, metric);
  const cursor = new SeriesCursor(group);
  const effects: Effect[] = [];
  for (const [nth, value] of values.entries()) {
    const timestampMs = (nth + 1) * 10_000;
    const parity = minuteParity(timestampMs - (timestampMs % 60_000));
    const moment = { timestampMs, stageMs: timestampMs };
    for (let index = 0; index < seriesCount; index += 1) {
      cursor.moveTo(index);
      cursor.values[cursor.at + slot.lastMs] = timestampMs;
      observe(cursor, value, moment, effects);
      addToMinute(cursor, parity, value, cursor.verdict);
    }
  }
  return effects.length;
}
