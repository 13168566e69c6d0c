import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Clock } from '../../../functions/shared/ports/clock.ts';

/** A clock whose time passes only when a test moves it. The next process continues it where this one was killed. */
export class PassedClock implements Clock {
  readonly #file: string;
  #nowMs: number;

  /** @param file the file that keeps the time; the system's time if it does not exist */
  constructor(file: string) {
    this.#file = file;
    this.#nowMs = existsSync(file) ? Number(readFileSync(file, 'utf8')) : Date.now();
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Returns 0, which gives the shortest waits, so that a message is handed out most often. */
  random(): number {
    return 0;
  }

  /** Moves time on to a moment, unless it is later already. */
  reach(atMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, atMs);
    writeFileSync(this.#file, String(this.#nowMs));
  }
}
