import { setTimeout as delay } from 'node:timers/promises';
import { DamagedStoreError } from '../../functions/shared/domain/errors.ts';
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import { turns } from '../../functions/shared/time/event-loop.ts';
import type { Polled, Trouble } from './partition-poller.ts';
import { ignoreAbort, Pause, type Sleep } from './pause.ts';

/** One source of one stage: a partition, or the queue. */
export interface PolledSource {
  readonly dueAtMs: number | undefined;
  readonly trouble: Trouble | undefined;
  readonly lagRecords: number;
  poll(waitForMore: boolean): Promise<Polled>;
}

export interface PolledStage {
  readonly name: string;
  readonly lanes: readonly PolledSource[];
  /**
   * Batches of it that may be in work at once in the background, where their order is nobody's.
   *
   * @default 1
   */
  readonly batchesAtOnce?: number;
  /** Has `listener` called whenever a lane may have got more to read; absent where only looking tells. */
  onRecords?(listener: () => void): void;
}

export interface PollerOptions {
  /** @default a timer's */
  readonly sleep?: Sleep;
  /**
   * Whether what the lanes see is all there is: a lane of a broker far away finds nothing before it was fetched.
   *
   * @default it is
   */
  readonly isSettled?: () => Promise<boolean>;
}

const sleepOnTimer: Sleep = (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal });

/** How soon new records are noticed by a stage that has nothing to do, where nobody says that they came. */
const idleMs = 25;
/** After this many failures in a row a drain says what is wrong instead of trying for ever. */
const drainFailuresMax = 8;

/** Feeds every stage from its sources: until nothing is left (`drain`), or in the background (`start`, `stop`). */
export class Poller {
  readonly #stages: readonly PolledStage[];
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  readonly #sleep: Sleep;
  readonly #isSettled: () => Promise<boolean>;
  /** One for each loop of a stage. */
  readonly #rests: ReadonlyMap<PolledStage, readonly Pause[]>;
  #running: { readonly stop: AbortController; readonly loops: readonly Promise<void>[] } | undefined;

  constructor(stages: readonly PolledStage[], clock: Clock, telemetry: Telemetry, options: PollerOptions = {}) {
    this.#stages = stages;
    this.#clock = clock;
    this.#telemetry = telemetry;
    this.#sleep = options.sleep ?? sleepOnTimer;
    this.#isSettled = options.isSettled ?? (async () => true);
    this.#rests = new Map(
      stages.map((stage) => [stage, Array.from({ length: stage.batchesAtOnce ?? 1 }, () => new Pause(this.#sleep))]),
    );
    for (const [stage, rests] of this.#rests) {
      stage.onRecords?.(() => {
        for (const rest of rests) rest.end();
      });
    }
  }

  /**
   * Runs the stages in turns until no partition has anything left and the queue holds nothing due. A message whose
   * retry is not due yet does not keep it.
   * @throws what holds a partition up, if no retry can help or none did
   * @throws the signal's reason, between two batches
   */
  async drain(signal?: AbortSignal): Promise<void> {
    if (this.#running !== undefined) throw new Error('drain: the poller runs in the background; stop it first');
    while (true) {
      signal?.throwIfAborted();
      if (await this.#turn(signal)) continue;
      const held = this.#lanes().filter((lane) => lane.trouble !== undefined);
      if (held.length === 0 && (await this.#isSettled())) return;
      throwHopeless(held);
      const dueAtMs = Math.min(...held.map((lane) => lane.dueAtMs ?? 0));
      const waitMs = held.length === 0 ? idleMs : Math.max(1, dueAtMs - this.#clock.nowMs());
      await this.#sleep(waitMs, signal);
    }
  }

  /** One batch from every source. @returns whether any had one */
  async #turn(signal: AbortSignal | undefined): Promise<boolean> {
    let invoked = false;
    for (const lane of this.#lanes()) {
      signal?.throwIfAborted();
      if ((await lane.poll(false)) === 'invoked') invoked = true;
    }
    return invoked;
  }

  /** Polls in the background, each stage on its own, so that a slow receiver delays no detection. */
  start(): void {
    if (this.#running !== undefined) return;
    const stop = new AbortController();
    const loops = [...this.#rests].flatMap(([stage, rests]) =>
      rests.map((rest) => this.#loop(stage, rest, stop.signal)),
    );
    this.#running = { stop, loops };
  }

  /** Lets the batches in flight finish and their offsets be committed; nothing is begun any more. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    running.stop.abort();
    for (const rest of [...this.#rests.values()].flat()) rest.end();
    await Promise.all(running.loops);
    this.#running = undefined;
  }

  async #loop(stage: PolledStage, rest: Pause, stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      rest.reset();
      if (await this.#pollStage(stage, stopped)) continue;
      const dueMs = this.#dueInMs(stage);
      if (dueMs === undefined) await rest.take(idleMs);
      // What comes meanwhile belongs to the batch that gathers: to look at it again for each record would be dear.
      else await this.#sleep(Math.min(idleMs, dueMs), stopped).catch(ignoreAbort);
    }
  }

  /** When a window closes or a retry is due; `undefined` where only new records can change anything. */
  #dueInMs({ lanes }: PolledStage): number | undefined {
    const dueAtMs = lanes.map((lane) => lane.dueAtMs).filter((atMs) => atMs !== undefined);
    return dueAtMs.length === 0 ? undefined : Math.max(1, Math.min(...dueAtMs) - this.#clock.nowMs());
  }

  async #pollStage(stage: PolledStage, stopped: AbortSignal): Promise<boolean> {
    let invoked = false;
    for (const lane of stage.lanes) {
      if (stopped.aborted) return invoked;
      try {
        if ((await lane.poll(true)) !== 'invoked') continue;
        invoked = true;
        // A store on this machine answers at once, so that nothing else of the process would run between two batches.
        await turns.next();
      } catch (error) {
        // Not the function failed but the store under the poller: a full disk may be given room, so go on asking.
        this.#telemetry.count('failures', 1, { stage: stage.name, reason: 'STORE' });
        // Damage ends the run, which says so once.
        if (!(error instanceof DamagedStoreError)) {
          this.#telemetry.error(`${stage.name}: the store failed`, {
            message: messageOf(error),
          });
        }
        await this.#sleep(1_000, stopped).catch(ignoreAbort);
      }
    }
    return invoked;
  }

  #lanes(): PolledSource[] {
    return this.#stages.flatMap(({ lanes }) => lanes);
  }
}

function throwHopeless(held: readonly PolledSource[]): void {
  for (const { trouble } of held) {
    if (trouble !== undefined && (trouble.permanent || trouble.failures >= drainFailuresMax)) throw trouble.error;
  }
}
