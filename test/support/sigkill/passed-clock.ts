import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Clock } from '../../../functions/shared/ports/clock.ts';

/** A time that passes only when told, and goes on in the next process where this one was killed. */
export class PassedClock implements Clock {
  readonly #file: string;
  #nowMs: number;

  /** @param file where the time is kept; the system's, if there is none yet */
  constructor(file: string) {
    this.#file = file;
    this.#nowMs = existsSync(file) ? Number(readFileSync(file, 'utf8')) : Date.now();
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** The shortest waits: so a message is handed out most often. */
  random(): number {
    return 0;
  }

  /** Lets time pass until then, if it has not come so far yet. */
  reach(atMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, atMs);
    writeFileSync(this.#file, String(this.#nowMs));
  }
}
