import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import type { Worker, Workers } from './workers.ts';

/** Milliseconds between two kills. */
const [pauseMsMin, pauseMsMax] = [2_000, 8_000];
const killsMax = 500;

/** Kills one worker or the other with SIGKILL, at random, until it is stopped. */
export class Killer {
  /** The seed, which a failure prints, so that the same pauses can be repeated. */
  readonly seed = Number(process.env.OFFBEAT_CHAOS_SEED ?? Date.now() % 1_000_000);
  readonly #workers: Workers;
  readonly #paused = new Set<Worker>();
  readonly #stopped = new AbortController();

  constructor(workers: Workers) {
    this.#workers = workers;
  }

  start(): void {
    void this.#run();
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Kills a worker as a loss of power does. */
  async killAll(): Promise<void> {
    await Promise.all(this.#workers.all.map((worker) => worker.kill()));
  }

  /** Suspends a worker and does not kill it meanwhile: it should resume, and find that others advanced. */
  async pause(nth: number, ms: number): Promise<void> {
    const worker = this.#workers.all[nth]!;
    this.#paused.add(worker);
    worker.pause();
    await delay(ms);
    worker.resume();
    this.#paused.delete(worker);
  }

  /** Kills nobody while something lasts. */
  async sparing(whatLasts: () => Promise<unknown>): Promise<void> {
    for (const worker of this.#workers.all) this.#paused.add(worker);
    await whatLasts();
    this.#paused.clear();
  }

  async #run(): Promise<void> {
    const kill = fc.record({ nth: fc.nat({ max: 1 }), ms: fc.integer({ min: pauseMsMin, max: pauseMsMax }) });
    for (const { nth, ms } of fc.sample(kill, { seed: this.seed, numRuns: killsMax })) {
      await delay(ms, undefined, { signal: this.#stopped.signal }).catch(() => {});
      if (this.#stopped.signal.aborted) return;
      const worker = this.#workers.all[nth]!;
      if (!this.#paused.has(worker)) await worker.kill();
    }
  }
}
