import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Outcome, outcomeOf } from './outcome.ts';
import { Receiver } from './receiver.ts';
import type { Job } from './worker.ts';

/** When a process dies: at a side of a call to a port, counted from its start, or so long after its start. */
export type Kill = { readonly atCall: number } | { readonly afterMs: number };

/** What a whole replay came to, through however many processes. */
export interface Replayed {
  readonly outcome: Outcome;
  /** Bodies by delivery id, as the webhook's receiver got them. */
  readonly received: ReadonlyMap<string, readonly string[]>;
  /** Where its processes died: `after ledger.advance`, or `at some time`. */
  readonly deaths: readonly string[];
  /** Of the process that lived to the end. */
  readonly ms: number;
}

/** Replays recordings in processes of their own, and kills those processes. */
export class Killing {
  readonly #receiver = new Receiver();
  readonly #directory = mkdtempSync(join(tmpdir(), 'offbeat-sigkill-'));
  #url = '';
  #runs = 0;

  static async open(): Promise<Killing> {
    const killing = new Killing();
    killing.#url = await killing.#receiver.listen();
    return killing;
  }

  close(): void {
    this.#receiver.close();
    rmSync(this.#directory, { recursive: true });
  }

  /** A path in its own throw-away directory. */
  file(name: string): string {
    return join(this.#directory, name);
  }

  /**
   * One replay into a new data directory: a process for each kill, and then one that lives to the end.
   * @param kills one that comes too late, because the process is through before, is left out
   */
  async replay(recording: string, kills: Iterable<Kill>): Promise<Replayed> {
    this.#runs += 1;
    const dataDir = join(this.#directory, String(this.#runs));
    const job = { dataDir, recording, receiver: this.#url };
    const deaths: string[] = [];
    for (const kill of kills) {
      const death = await this.#run(job, kill);
      if (death === undefined) break;
      deaths.push(death);
    }
    const beganMs = performance.now();
    await this.#run(job);
    const ms = performance.now() - beganMs;
    return { outcome: await outcomeOf(this.storePath()), received: this.#receiver.take(), deaths, ms };
  }

  /** Of the latest replay. */
  storePath(): string {
    return join(this.#directory, String(this.#runs), 'offbeat.db');
  }

  /** @returns where the process died, or `undefined` if it lived to the end */
  async #run(job: Job, kill?: Kill): Promise<string | undefined> {
    const told: Job = kill !== undefined && 'atCall' in kill ? { ...job, dieAt: kill.atCall } : job;
    const child = spawn(process.execPath, [join(import.meta.dirname, 'worker.ts'), JSON.stringify(told)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, OFFBEAT_SIGKILL_SECRET: this.#receiver.secret },
      killSignal: 'SIGKILL',
      ...(kill !== undefined && 'afterMs' in kill ? { timeout: kill.afterMs } : {}),
    });
    const [[code, signal], where, complaints] = await Promise.all([
      once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
      text(child.stdout),
      text(child.stderr),
    ]);
    if (signal === 'SIGKILL' && kill !== undefined) return where || 'at some time';
    if (code !== 0) throw new Error(`the process ended with ${code ?? signal}: ${complaints}`);
    return undefined;
  }
}
