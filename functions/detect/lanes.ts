import { hourMs, minuteMs } from '../shared/domain/durations.ts';
import { liveScope } from '../shared/domain/sample.ts';
import type { AlignedClocks, InputTime } from '../shared/time/aligned-clocks.ts';
import { wasAhead } from '../shared/time/append-time.ts';
import type { Group } from './series-group.ts';

/** The time of a group, ms: that of its lane, or of the slowest of several lanes. */
export interface GroupTime {
  /** The newest tick. */
  readonly tickMs: number;
  /** The newest tick of any of its lanes. */
  readonly newestMs: number;
  /** The time that minutes are closed by. It stays behind the tick while shippers catch up after a pause. */
  readonly closedByMs: number;
  /** The first tick after the latest pause. */
  readonly sinceMs: number;
}

/** A lane that no sample of a group came through for this long is removed from the group. */
const forgetLaneMs = hourMs;

/**
 * The time for which minutes stay open after a pause of live time, ms. Shippers that could not reach Offbeat during the
 * pause send what they kept.
 */
const catchUpMs = 2 * minuteMs;

/** Notes that a sample of the group came through a lane. */
export function noteLane(group: Group, lane: number, clocks: AlignedClocks): void {
  const { lanes, identity } = group;
  if (lanes === lane) return;
  const tickOf = (index: number): number => clocks.input(identity.scope, index)?.tickMs ?? 0;
  if (typeof lanes !== 'number') {
    lanes.seenMs.set(lane, tickOf(lane));
    return;
  }
  const seenMs = new Map([lanes, lane].map((index) => [index, tickOf(index)]));
  group.lanes = { seenMs, closedByMs: timeOf(group, clocks)?.closedByMs ?? 0 };
}

/**
 * Returns the time of a group.
 * @returns `undefined` before the first tick of any of its lanes
 */
export function timeOf({ lanes, identity }: Group, clocks: AlignedClocks): GroupTime | undefined {
  const { scope } = identity;
  if (typeof lanes === 'number') return laneTime(scope, clocks.input(scope, lanes));
  const times = [...lanes.seenMs.keys()].map((lane) => laneTime(scope, clocks.input(scope, lane)));
  const ticked = times.filter((time) => time !== undefined);
  if (ticked.length === 0) return undefined;
  const newestMs = Math.max(...ticked.map(({ tickMs }) => tickMs));
  const floorMs = wasAhead(lanes.closedByMs, newestMs) ? 0 : lanes.closedByMs;
  return {
    tickMs: Math.min(...ticked.map(({ tickMs }) => tickMs)),
    newestMs,
    closedByMs: Math.max(floorMs, Math.min(...ticked.map(({ closedByMs }) => closedByMs))),
    sinceMs: Math.max(...ticked.map(({ sinceMs }) => sinceMs)),
  };
}

/**
 * Returns the time of a group whose samples come through one lane only.
 * @param input `undefined` before the first tick of the lane
 */
export function laneTime(scope: string, input: InputTime | undefined): GroupTime | undefined {
  if (input === undefined) return undefined;
  const { tickMs, sinceMs, pausedMs } = input;
  const catchesUp = scope === liveScope && pausedMs !== undefined && tickMs - sinceMs < catchUpMs;
  return { tickMs, newestMs: tickMs, closedByMs: catchesUp ? pausedMs : tickMs, sinceMs };
}

/**
 * Moves a group of several lanes on to their newest ticks, and removes lanes that none of its samples used for an hour.
 */
export function followLanes(group: Group, clocks: AlignedClocks): void {
  const { lanes, identity } = group;
  if (typeof lanes === 'number') return;
  const tickOf = (lane: number): number => clocks.input(identity.scope, lane)?.tickMs ?? 0;
  const newestMs = Math.max(...[...lanes.seenMs.keys()].map(tickOf));
  for (const [lane, seenMs] of lanes.seenMs) {
    if (newestMs - seenMs > forgetLaneMs && lanes.seenMs.size > 1) lanes.seenMs.delete(lane);
  }
  lanes.closedByMs = timeOf(group, clocks)?.closedByMs ?? lanes.closedByMs;
  const [only] = lanes.seenMs.keys();
  const isOne =
    lanes.seenMs.size === 1 &&
    (laneTime(identity.scope, clocks.input(identity.scope, only!))?.closedByMs ?? 0) >= lanes.closedByMs;
  if (isOne) group.lanes = only!;
}

/** Returns whether a group's samples come through a lane. */
export const isInLane = ({ lanes }: Group, lane: number): boolean =>
  typeof lanes === 'number' ? lanes === lane : lanes.seenMs.has(lane);

/**
 * Returns how long a series has been silent, ms. A pause of Offbeat itself does not count.
 * @param lastSeenMs the time of the newest sample
 */
export const silenceMs = ({ tickMs, sinceMs }: GroupTime, lastSeenMs: number): number =>
  Math.max(0, tickMs - Math.max(lastSeenMs, sinceMs));
