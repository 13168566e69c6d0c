import { minuteMs, secondMs } from '../domain/durations.ts';
import { byKey } from '../domain/order.ts';
import { liveScope } from '../domain/sample.ts';
import { newestAppendTime, wasAhead } from './append-time.ts';

/** An input whose newest tick is further behind the newest of all is left behind, once that has been live for a while. */
const behindMsMax = 2 * minuteMs;
/** An input that has not ticked, or is behind what is live, for this long while others ticked is left behind. */
const patienceMs = 30 * secondMs;
/** The most that the time between two ticks adds to the silence of an input: in a longer one, nothing ticked at all. */
const silenceStepMsMax = 10 * secondMs;
/**
 * A longer step between two ticks of one input is a pause of Offbeat's own, which is nobody's silence. It is as long as a
 * minute waits for its last samples: a longer stop makes what shippers kept come too late.
 */
export const pauseMs = 30 * secondMs;

/** One of the inputs that a clock is the minimum of: a lane, or a detect partition. */
export interface Input {
  readonly index: number;
  /** How many there are. */
  readonly of: number;
}

/** A tick of one input, as its record says. */
export interface InputTick extends Input {
  readonly scope: string;
  readonly timeMs: number;
  /** Append time of its record, ms. */
  readonly appendedMs: number;
}

/** What is known of one input. Ms. */
export interface InputTime {
  /** Its newest tick. */
  readonly tickMs: number;
  /** Append time of that tick's record. */
  readonly appendedMs: number;
  /** The clock's {@link ScopeClock.runMs} when that tick came. */
  readonly heardMs: number;
  /** The first tick after its latest pause, and the last one before it; `undefined` before the first pause. */
  readonly sinceMs: number;
  readonly pausedMs?: number;
}

/** One scope's time, as stored. */
export interface ScopeClock {
  of: number;
  readonly inputs: Map<number, InputTime>;
  /** Inputs that have come to the end of their replay. */
  readonly ended: Set<number>;
  /** How long the scope has been ticking, by append time and without its pauses, ms. */
  runMs: number;
  /** {@link runMs} since when its newest tick has been live, pauses apart; `undefined` while a backlog is read. */
  liveSinceMs?: number;
  newestAppendedMs: number;
  /** The scope's time; `undefined` until every input ticked or was left behind. */
  timeMs?: number;
}

/** What a tick did to its scope's time. */
export type Advance =
  | { readonly outcome: 'not newer' | 'waiting for others' }
  | { readonly outcome: 'moved on' | 'set right'; readonly toMs: number };

/**
 * The time of each scope as the minimum over its inputs, which never goes back: live time over lanes in detect, and
 * over detect partitions in alert. A replay waits for all of its inputs. Live time leaves an input behind
 *
 * - that has not ticked for 30 s, by append time, while others did; or
 * - whose tick is over 2 min behind the newest, after the newest has been within 2 min of its record's append time for
 *   30 s. While a backlog is worked off, no tick is: then nobody is left behind.
 *
 * An input that was left behind counts again with its next tick within these bounds. One whose tick is over 2 min ahead
 * of its record's append time has a broker whose clock is wrong: it moves nobody, and once its clock is set right its
 * ticks count again, though they are older; so may then the scope's time, if that was ahead as well.
 */
export class AlignedClocks {
  readonly #clocks: Map<string, ScopeClock>;

  constructor(clocks: Iterable<readonly [string, ScopeClock]> = []) {
    this.#clocks = new Map(clocks);
  }

  /** The scope's time, ms; `undefined` before it began. */
  now(scope: string): number | undefined {
    return this.#clocks.get(scope)?.timeMs;
  }

  /** One input as it is known; `undefined` if it never ticked. */
  input(scope: string, index: number): InputTime | undefined {
    return this.#clocks.get(scope)?.inputs.get(index);
  }

  has(scope: string): boolean {
    return this.#clocks.has(scope);
  }

  /** Takes a tick of one input. */
  advance(tick: InputTick): Advance {
    const clock = this.#clockOf(tick);
    const before = clock.inputs.get(tick.index);
    const isRight = before !== undefined && isSetRight(tick.scope, before.tickMs, tick);
    if (before !== undefined && tick.timeMs <= before.tickMs && !isRight) return { outcome: 'not newer' };
    noteTick(clock, tick, isRight ? undefined : before);
    clock.ended.delete(tick.index);
    return moveOn(tick, clock);
  }

  /** Takes an input's end of its replay: the clock waits for it no more. @returns whether all inputs have ended */
  end(tick: InputTick): boolean {
    const clock = this.#clockOf(tick);
    const before = clock.inputs.get(tick.index);
    noteTick(clock, { ...tick, timeMs: Math.max(tick.timeMs, before?.tickMs ?? 0) }, before);
    clock.ended.add(tick.index);
    return clock.ended.size >= clock.of;
  }

  /** The number of inputs that a scope does not wait for, although they have not ended. */
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

  /** All clocks in the order of their scopes, so that equal clocks are written alike. */
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

/** @param before `undefined` for an input that never ticked, or whose clock was set right: it begins anew */
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
  const isRight = isSetRight(scope, fromMs, { timeMs: toMs, appendedMs });
  if (!Number.isFinite(toMs) || (toMs <= fromMs && !isRight)) return { outcome: 'waiting for others' };
  clock.timeMs = toMs;
  return { outcome: isRight ? 'set right' : 'moved on', toMs };
}

/** Whether live time was ahead, as a tick tells that is older, and was appended before that time as well. */
function isSetRight(scope: string, fromMs: number, to: Pick<InputTick, 'timeMs' | 'appendedMs'>): boolean {
  return scope === liveScope && wasAhead(fromMs, Math.max(to.timeMs, to.appendedMs));
}

/** @param newest {@link newestOf} the clock, which would be slow to find for each input */
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
