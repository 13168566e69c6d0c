import { minuteMs, secondMs } from '../domain/durations.ts';
import { byKey } from '../domain/order.ts';
import { liveScope } from '../domain/sample.ts';
import { newestAppendTime, wasAhead } from './append-time.ts';

/**
 * Milliseconds that an input's newest tick may be behind the newest of all, once that one has been live for a while.
 */
const behindMsMax = 2 * minuteMs;
/** Milliseconds without a tick, or behind live time, after which an input is left behind while others tick. */
const patienceMs = 30 * secondMs;
/**
 * The most milliseconds that the time between two ticks adds to an input's silence: in a longer time, no input ticked.
 */
const silenceStepMsMax = 10 * secondMs;
/**
 * The longest step between two ticks of one input, ms. A longer step is a pause of Offbeat itself and does not count as
 * silence of series. It equals the time that a minute stays open for its last samples, because after a longer pause the
 * documents that shippers kept would come too late.
 */
export const pauseMs = 30 * secondMs;

/** One of the inputs of a clock: a lane, or a detect partition. */
export interface Input {
  readonly index: number;
  /** The number of inputs. */
  readonly of: number;
}

/** A tick of one input, as its record contains it. */
export interface InputTick extends Input {
  readonly scope: string;
  readonly timeMs: number;
  /** The append time of its record, ms. */
  readonly appendedMs: number;
}

/** The newest tick and the latest pause of one input, ms. */
export interface InputTime {
  /** The newest tick. */
  readonly tickMs: number;
  /** The append time of that tick's record. */
  readonly appendedMs: number;
  /** The clock's {@link ScopeClock.runMs} at that tick. */
  readonly heardMs: number;
  /** The first tick after the latest pause; the first tick of all where there was no pause. */
  readonly sinceMs: number;
  /** The last tick before the latest pause; `undefined` where there was no pause. */
  readonly pausedMs?: number;
}

/** The clock of one scope. */
export interface ScopeClock {
  /** The number of inputs. */
  of: number;
  readonly inputs: Map<number, InputTime>;
  /** The inputs that have reached the end of their replay. */
  readonly ended: Set<number>;
  /** The time for which the scope has ticked, by append time and without pauses, ms. */
  runMs: number;
  /** The value of {@link runMs} since which the newest tick has been live; `undefined` while a backlog is read. */
  liveSinceMs?: number;
  /** The newest append time of all ticks. */
  newestAppendedMs: number;
  /** The scope's time; `undefined` until every input ticked or was left behind. */
  timeMs?: number;
}

/** The effect of a tick on the time of its scope. */
export type Advance =
  | { readonly outcome: 'not newer' | 'waiting for others' }
  | { readonly outcome: 'moved on' | 'set right'; readonly toMs: number };

/**
 * The time of each scope: the minimum over the newest ticks of its inputs, which never goes back. The inputs are lanes
 * in `detect`, and detect partitions in `alert`.
 *
 * A replay waits for all of its inputs. Live time leaves out an input, which is then *left behind*,
 *
 * - if it has not ticked for 30 s, by append time, while others did; or
 * - if its tick is over 2 min behind the newest, after the newest tick has been live for 30 s, which means within 2 min
 *   of its record's append time. While a backlog is read, no tick is live, and no input is left behind for this reason.
 *
 * An input that was left behind counts again with its next tick within these limits.
 *
 * An input whose tick is over 2 min ahead of its record's append time has a broker with a wrong clock. It is left out,
 * too. Once the clock is set right, the input's ticks count again, although they are older. Then the scope's time goes
 * back as well, if it was ahead.
 */
export class AlignedClocks {
  readonly #clocks: Map<string, ScopeClock>;

  constructor(clocks: Iterable<readonly [string, ScopeClock]> = []) {
    this.#clocks = new Map(clocks);
  }

  /** Returns the time of a scope, ms; `undefined` before its first tick. */
  now(scope: string): number | undefined {
    return this.#clocks.get(scope)?.timeMs;
  }

  /** Returns the times of one input; `undefined` if it never ticked. */
  input(scope: string, index: number): InputTime | undefined {
    return this.#clocks.get(scope)?.inputs.get(index);
  }

  has(scope: string): boolean {
    return this.#clocks.has(scope);
  }

  /** Applies a tick of one input. */
  advance(tick: InputTick): Advance {
    const clock = this.#clockOf(tick);
    const before = clock.inputs.get(tick.index);
    const isCorrection = before !== undefined && isSetRight(tick.scope, before.tickMs, tick);
    if (before !== undefined && tick.timeMs <= before.tickMs && !isCorrection) return { outcome: 'not newer' };
    noteTick(clock, tick, isCorrection ? undefined : before);
    clock.ended.delete(tick.index);
    return moveOn(tick, clock);
  }

  /**
   * Applies the end of a replay in one input, for which the clock then no longer waits.
   * @returns whether all inputs have ended
   */
  end(tick: InputTick): boolean {
    const clock = this.#clockOf(tick);
    const before = clock.inputs.get(tick.index);
    noteTick(clock, { ...tick, timeMs: Math.max(tick.timeMs, before?.tickMs ?? 0) }, before);
    clock.ended.add(tick.index);
    return clock.ended.size >= clock.of;
  }

  /** Returns the number of inputs that are left behind. */
  leftBehind(scope: string): number {
    const clock = this.#clocks.get(scope);
    if (clock === undefined) return 0;
    const newest = newestOf(clock);
    return indicesOf(clock).filter((index) => !clock.ended.has(index) && isLeftBehind(scope, clock, index, newest))
      .length;
  }

  forget(scope: string): void {
    this.#clocks.delete(scope);
  }

  /** Returns all clocks sorted by scope, so that equal clocks are stored as equal text. */
  entries(): [string, ScopeClock][] {
    return [...this.#clocks].sort(byKey);
  }

  #clockOf({ scope, of, appendedMs }: InputTick): ScopeClock {
    let clock = this.#clocks.get(scope);
    if (clock === undefined) {
      clock = { of, inputs: new Map(), ended: new Set(), runMs: 0, newestAppendedMs: appendedMs };
      this.#clocks.set(scope, clock);
    }
    clock.of = of;
    return clock;
  }
}

/**
 * Notes a tick in the clock of its scope.
 * @param before the input's times; `undefined` for an input that never ticked, or whose clock was set right and which
 *   starts again
 */
function noteTick(clock: ScopeClock, { index, timeMs, appendedMs }: InputTick, before: InputTime | undefined): void {
  const stepMs = Math.max(0, appendedMs - clock.newestAppendedMs);
  clock.runMs += Math.min(stepMs, silenceStepMsMax);
  clock.newestAppendedMs = newestAppendTime(clock.newestAppendedMs, appendedMs);
  const paused = before !== undefined && timeMs - before.tickMs > pauseMs;
  const pausedMs = paused ? before.tickMs : before?.pausedMs;
  clock.inputs.set(index, {
    tickMs: timeMs,
    appendedMs,
    heardMs: clock.runMs,
    sinceMs: before === undefined || paused ? timeMs : before.sinceMs,
    ...(pausedMs === undefined ? {} : { pausedMs }),
  });
  const newest = newestOf(clock);
  if (newest === undefined || newest.appendedMs - newest.tickMs > behindMsMax) delete clock.liveSinceMs;
  else if (clock.liveSinceMs === undefined || stepMs > patienceMs) clock.liveSinceMs = clock.runMs;
}

function moveOn({ scope, appendedMs }: InputTick, clock: ScopeClock): Advance {
  const newest = newestOf(clock);
  const waitedFor = indicesOf(clock).filter(
    (index) => !clock.ended.has(index) && !isLeftBehind(scope, clock, index, newest),
  );
  const toMs = Math.min(...waitedFor.map((index) => clock.inputs.get(index)?.tickMs ?? Number.NEGATIVE_INFINITY));
  const fromMs = clock.timeMs ?? Number.NEGATIVE_INFINITY;
  const isCorrection = isSetRight(scope, fromMs, { timeMs: toMs, appendedMs });
  if (!Number.isFinite(toMs) || (toMs <= fromMs && !isCorrection)) return { outcome: 'waiting for others' };
  clock.timeMs = toMs;
  return { outcome: isCorrection ? 'set right' : 'moved on', toMs };
}

/** Returns whether live time was ahead and is set right by a tick that is older and was also appended before it. */
function isSetRight(scope: string, fromMs: number, to: Pick<InputTick, 'timeMs' | 'appendedMs'>): boolean {
  return scope === liveScope && wasAhead(fromMs, Math.max(to.timeMs, to.appendedMs));
}

/** @param newest the result of {@link newestOf}, which would be slow to compute for each input */
function isLeftBehind(scope: string, clock: ScopeClock, index: number, newest: InputTime | undefined): boolean {
  if (scope !== liveScope) return false;
  const input = clock.inputs.get(index);
  if (input !== undefined && isAhead(input)) return true;
  if (clock.runMs - (input?.heardMs ?? 0) > patienceMs) return true;
  if (input === undefined || clock.runMs - (clock.liveSinceMs ?? clock.runMs) <= patienceMs) return false;
  return newest !== undefined && newest.tickMs - input.tickMs > behindMsMax;
}

const isAhead = ({ tickMs, appendedMs }: InputTime): boolean => wasAhead(tickMs, appendedMs);

function newestOf({ of, inputs }: ScopeClock): InputTime | undefined {
  let newest: InputTime | undefined;
  for (const [index, input] of inputs) {
    if (index >= of || isAhead(input)) continue;
    if (newest === undefined || input.tickMs > newest.tickMs) newest = input;
  }
  return newest;
}

const indicesOf = ({ of }: ScopeClock): number[] => Array.from({ length: of }, (_, index) => index);
