import { setTimeout as delay } from 'node:timers/promises';
import { DamagedStoreError } from '../../functions/shared/domain/errors.ts';
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import { turns } from '../../functions/shared/time/event-loop.ts';
import type { Polled, Trouble } from './partition-poller.ts';
import { ignoreAbort, Pause, type Sleep } from './pause.ts';

/** One source of one stage: a partition or a queue. */
export interface PolledSource {
  readonly dueAtMs: number | undefined;
  readonly trouble: Trouble | undefined;
  readonly lagRecords: number;
  poll(waitForMore: boolean): Promise<Polled>;
}

export interface PolledStage {
  readonly name: string;
  readonly sources: readonly PolledSource[];
  /**
   * The number of batches that may be in progress at once in the background; above 1 only where their order does not
   * matter.
   *
   * @default 1
   */
  readonly batchesAtOnce?: number;
  /** Says whether the poller stops: a batch in flight then begins nothing more that takes long. */
  setEnding?(isEnding: boolean): void;
  /** Calls `listener` whenever a source may have new records. Absent where only a poll can find out. */
  onRecords?(listener: () => void): void;
}

export interface PollerOptions {
  /** @default a timer */
  readonly sleep?: Sleep;
  /**
   * Returns whether the sources see all records that exist. A partition poller of a remote broker does not see a record
   * before it is fetched.
   *
   * @default true
   */
  readonly isSettled?: () => Promise<boolean>;
}

const sleepOnTimer: Sleep = (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal });

/** Milliseconds between two polls of a stage that has nothing to do and gets no notice of new records. */
const idleMs = 25;
/** The number of failures in a row after which a drain throws the error instead of trying again. */
const drainFailuresMax = 8;

/** Feeds every stage from its sources, either until nothing is left (`drain`) or in the background (`start`, `stop`). */
export class Poller {
  readonly #stages: readonly PolledStage[];
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  readonly #sleep: Sleep;
  readonly #isSettled: () => Promise<boolean>;
  /** The pauses of each stage: one for each of its loops. */
  readonly #pauses: ReadonlyMap<PolledStage, readonly Pause[]>;
  #running: { readonly stop: AbortController; readonly loops: readonly Promise<void>[] } | undefined;

  constructor(stages: readonly PolledStage[], clock: Clock, telemetry: Telemetry, options: PollerOptions = {}) {
    this.#stages = stages;
    this.#clock = clock;
    this.#telemetry = telemetry;
    this.#sleep = options.sleep ?? sleepOnTimer;
    this.#isSettled = options.isSettled ?? (async () => true);
    this.#pauses = new Map(
      stages.map((stage) => [stage, Array.from({ length: stage.batchesAtOnce ?? 1 }, () => new Pause(this.#sleep))]),
    );
    for (const [stage, pauses] of this.#pauses) {
      stage.onRecords?.(() => {
        for (const pause of pauses) pause.end();
      });
    }
  }

  /**
   * Polls all sources in turn until no partition has records left and no queue has a message that is visible. Does not
   * wait for a message whose retry is due later.
   * @throws the error that holds a partition up, if no retry can help or several retries did not
   * @throws the signal's reason, between two batches
   */
  async drain(signal?: AbortSignal): Promise<void> {
    if (this.#running !== undefined) throw new Error('drain: the poller runs in the background; stop it first');
    while (true) {
      signal?.throwIfAborted();
      if (await this.#pollEach(signal)) continue;
      const held = this.#sources().filter((source) => source.trouble !== undefined);
      if (held.length === 0 && (await this.#isSettled())) return;
      throwIfHopeless(held);
      const dueAtMs = Math.min(...held.map((source) => source.dueAtMs ?? 0));
      const waitMs = held.length === 0 ? idleMs : Math.max(1, dueAtMs - this.#clock.nowMs());
      await this.#sleep(waitMs, signal);
    }
  }

  /** Handles one batch of every source. @returns whether any source had a batch */
  async #pollEach(signal: AbortSignal | undefined): Promise<boolean> {
    let invoked = false;
    for (const source of this.#sources()) {
      signal?.throwIfAborted();
      if ((await source.poll(false)) === 'invoked') invoked = true;
    }
    return invoked;
  }

  /** Polls in the background, each stage in its own loop, so that a slow receiver does not delay detection. */
  start(): void {
    if (this.#running !== undefined) return;
    const stop = new AbortController();
    const loops = [...this.#pauses].flatMap(([stage, pauses]) =>
      pauses.map((pause) => this.#loop(stage, pause, stop.signal)),
    );
    this.#running = { stop, loops };
  }

  /** Begins no further batch, and waits until the batches in flight are finished and their offsets committed. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    running.stop.abort();
    for (const stage of this.#stages) stage.setEnding?.(true);
    for (const pause of [...this.#pauses.values()].flat()) pause.end();
    await Promise.all(running.loops);
    // What is invoked later, as a drain does, takes its time.
    for (const stage of this.#stages) stage.setEnding?.(false);
    this.#running = undefined;
  }

  async #loop(stage: PolledStage, pause: Pause, stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      pause.reset();
      if (await this.#pollStage(stage, stopped)) continue;
      const dueMs = this.#dueInMs(stage);
      if (dueMs === undefined) await pause.wait(idleMs);
      // New records belong to the batch that gathers. To poll again for each of them would cost too much.
      else await this.#sleep(Math.min(idleMs, dueMs), stopped).catch(ignoreAbort);
    }
  }

  /** Returns the ms until a window closes or a retry is due; `undefined` where only new records can change anything. */
  #dueInMs({ sources }: PolledStage): number | undefined {
    const dueAtMs = sources.map((source) => source.dueAtMs).filter((atMs) => atMs !== undefined);
    return dueAtMs.length === 0 ? undefined : Math.max(1, Math.min(...dueAtMs) - this.#clock.nowMs());
  }

  async #pollStage(stage: PolledStage, stopped: AbortSignal): Promise<boolean> {
    let invoked = false;
    for (const source of stage.sources) {
      if (stopped.aborted) return invoked;
      try {
        if ((await source.poll(true)) !== 'invoked') continue;
        invoked = true;
        // A store on this machine answers at once. Without this, no other work of the process would run between batches.
        await turns.next();
      } catch (error) {
        // The store failed, and not the function. The loop continues, because a full disk may get free space again.
        this.#telemetry.count('failures', 1, { stage: stage.name, reason: 'STORE' });
        // Damage ends the run, which reports it once.
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

  #sources(): PolledSource[] {
    return this.#stages.flatMap(({ sources }) => sources);
  }
}

function throwIfHopeless(held: readonly PolledSource[]): void {
  for (const { trouble } of held) {
    if (trouble !== undefined && (trouble.permanent || trouble.failures >= drainFailuresMax)) throw trouble.error;
  }
}
