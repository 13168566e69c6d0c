import { hourMs, minuteMs } from '../shared/domain/durations.ts';
import { liveScope } from '../shared/domain/sample.ts';
import type { AlignedClocks, InputTime } from '../shared/time/aligned-clocks.ts';
import { wasAhead } from '../shared/time/append-time.ts';
import type { Group } from './group.ts';

/** Lanes of a group whose documents come through several partitions of `beats`. */
export interface SeveralLanes {
  /** Lane to its newest tick when a sample came through it last, ms. */
  readonly seenMs: Map<number, number>;
  /**
   * Minutes are closed by this time at least: it never goes back, whichever lane is met next, unless a broker's clock
   * was ahead and is set right. Ms.
   */
  closedByMs: number;
}

/** The lanes that a group's samples come through: one for nearly all groups, by its number. */
export type GroupLanes = number | SeveralLanes;

/** A group's time: its lane's, or of several lanes the slowest. Ms. */
export interface GroupTime {
  readonly tickMs: number;
  /** The newest tick of any of its lanes. */
  readonly newestMs: number;
  /** Minutes close by this time; behind the tick while shippers catch up after a pause. */
  readonly closedByMs: number;
  /** The first tick after the latest pause. */
  readonly sinceMs: number;
}

/** A lane in which a group was not seen for so long is its lane no more. */
const forgetLaneMs = hourMs;

/**
 * After a pause, shippers that could not reach Offbeat hand over what they kept: minutes of the pause and before it stay
 * open for so long after live time went on.
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

/** @returns `undefined` before the first tick of the group's lane */
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

/** The time of a lane as a group sees it that comes through this lane alone. */
export function laneTime(scope: string, input: InputTime | undefined): GroupTime | undefined {
  if (input === undefined) return undefined;
  const { tickMs, sinceMs, pausedMs } = input;
  const catchesUp = scope === liveScope && pausedMs !== undefined && tickMs - sinceMs < catchUpMs;
  return { tickMs, newestMs: tickMs, closedByMs: catchesUp ? pausedMs : tickMs, sinceMs };
}

/** Lets a group of several lanes follow their ticks, and forgets lanes in which it was not seen for an hour. */
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

/** Whether a group's samples come through a lane. */
export const isInLane = ({ lanes }: Group, lane: number): boolean =>
  typeof lanes === 'number' ? lanes === lane : lanes.seenMs.has(lane);

/** How long nothing was seen of what was last seen at a moment, ms: Offbeat's own pauses do not count. */
export const silenceMs = ({ tickMs, sinceMs }: GroupTime, lastSeenMs: number): number =>
  Math.max(0, tickMs - Math.max(lastSeenMs, sinceMs));
