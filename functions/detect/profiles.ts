import { detectorDoubles, detectorFloats, profileSlots, weekFloats } from './detector/layout.ts';
import { profileBytes, stateAt, weekBytes } from './detector/state.ts';
import { beginWeek } from './detector/week-profile.ts';
import type { Group, Profiles } from './series-group.ts';
import { growBy, keptSize } from './size.ts';
import { slot, slotDoubles } from './slot.ts';

/** Returns day profiles for so many metrics, those of `before` included. */
function profilesOf(count: number, before?: Profiles): Profiles {
  const profiles = { means: new Float32Array(count * profileSlots), counts: new Uint16Array(count * profileSlots) };
  if (before === undefined) return profiles;
  profiles.means.set(before.means);
  profiles.counts.set(before.counts);
  return profiles;
}

/** Gives each metric of a group a day profile. */
export function addProfiles(group: Group): void {
  group.profiles = profilesOf(group.values.length / slotDoubles);
  resize(group, profileBytes);
}

/** Gives each metric of a group with day profiles a week profile. @param timeMs the time of the sample that comes next */
export function addWeeks(group: Group, timeMs: number): void {
  const { values, profiles } = group;
  if (profiles === undefined) return;
  group.weeks = new Float32Array((values.length / slotDoubles) * weekFloats);
  for (let index = 0; index < group.metrics.length; index += 1) beginWeekOf(group, index, timeMs);
  resize(group, profileBytes + weekBytes);
}

function beginWeekOf({ values, profiles, weeks }: Group, index: number, timeMs: number): void {
  const at = index * slotDoubles;
  const floats = new Float32Array(values.buffer, values.byteOffset + 8 * (at + slot.floats), detectorFloats);
  const doubles = values.subarray(at + slot.detector, at + slot.detector + detectorDoubles);
  const profile = { ...profiles!, at: index * profileSlots };
  const week = { floats: weeks!, at: index * weekFloats };
  beginWeek(stateAt({ doubles, doublesAt: 0 }, { floats, floatsAt: 0 }, profile, week), timeMs);
}

function resize(group: Group, ofProfile: number): void {
  group.size = { ...keptSize(group, []), ofProfile };
  for (const metric of group.metrics) growBy(group.size, metric);
}

/** Makes room for more metrics. @param count the number of metrics that there is room for afterwards */
export function growProfiles(group: Group, count: number): void {
  if (group.profiles !== undefined) group.profiles = profilesOf(count, group.profiles);
  if (group.weeks === undefined) return;
  const weeks = new Float32Array(count * weekFloats);
  weeks.set(group.weeks);
  group.weeks = weeks;
}

/** Keeps the profiles of some metrics. @param kept the indices of these metrics before, in their new order */
export function keepProfiles(group: Group, kept: readonly number[]): void {
  const { profiles, weeks } = group;
  if (profiles !== undefined) {
    group.profiles = profilesOf(kept.length);
    copyParts(profiles.means, group.profiles.means, kept, profileSlots);
    copyParts(profiles.counts, group.profiles.counts, kept, profileSlots);
  }
  if (weeks === undefined) return;
  group.weeks = new Float32Array(kept.length * weekFloats);
  copyParts(weeks, group.weeks, kept, weekFloats);
}

/** Copies the parts of an array that have these numbers. @param length of each part */
function copyParts<Elements extends Float32Array | Uint16Array>(
  source: Elements,
  target: Elements,
  numbers: readonly number[],
  length: number,
): void {
  for (const [to, from] of numbers.entries())
    target.set(source.subarray(from * length, (from + 1) * length), to * length);
}

/** Returns the day profiles of a group's metrics, without spare ones; `undefined` for a group that has none. */
export function storedProfiles({ profiles, metrics }: Group): Profiles | undefined {
  if (profiles === undefined) return undefined;
  const count = metrics.length * profileSlots;
  return { means: profiles.means.subarray(0, count), counts: profiles.counts.subarray(0, count) };
}

/** Returns the week profiles of a group's metrics, without spare ones; `undefined` for a group that has none. */
export const storedWeeks = ({ weeks, metrics }: Group): Float32Array | undefined =>
  weeks?.subarray(0, metrics.length * weekFloats);
