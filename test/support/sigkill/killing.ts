import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import { type DeliveryItem, settledAs } from '../../../functions/shared/domain/delivery.ts';
import { storeFile } from '../../../local/data-dir.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { Receiver } from './receiver.ts';
import type { Job, Place } from './worker.ts';

/**
 * The point at which a process is killed: at a side of a call to a port, counted from its start, or a time after its
 * start.
 */
export type Kill = Place | { readonly afterMs: number };

/** A message that the receiver answered with 204. */
export interface Taken {
  /** The message's `webhook-id`. */
  readonly id: string;
  /** The time of the try after the receiver was available again, by the clock of the processes, ms. */
  readonly sinceBackMs: number;
}

/** The result of a whole replay, through any number of processes. */
export interface Replayed {
  readonly outcome: Outcome;
  /** The bodies that the webhook's receiver got, by delivery id. */
  readonly received: ReadonlyMap<string, readonly string[]>;
  readonly taken: readonly Taken[];
  /** The ids of what was sent although its acknowledgement, or that of a newer one in its place, had been recorded. */
  readonly afterRecord: readonly string[];
  /** The points at which its processes were killed: `after ledger.advance`, or `at some time`. */
  readonly deaths: readonly string[];
  /** Milliseconds that the process ran that lived to the end. */
  readonly ms: number;
}

/** Replays recordings in processes of their own, and kills those processes. */
export class Killing {
  readonly #receiver = new Receiver((id, body, triedMs) => this.#answer(id, body, triedMs));
  readonly #directory = mkdtempSync(join(tmpdir(), 'offbeat-sigkill-'));
  #url = '';
  #runs = 0;
  #awayMs = 0;
  #backMs: number | undefined;
  #taken: Taken[] = [];
  #afterRecord: string[] = [];

  static async open(): Promise<Killing> {
    const killing = new Killing();
    killing.#url = await killing.#receiver.listen();
    return killing;
  }

  close(): void {
    this.#receiver.close();
    rmSync(this.#directory, { recursive: true });
  }

  /** Returns a path in a temporary directory of its own. */
  file(name: string): string {
    return join(this.#directory, name);
  }

  /**
   * Replays once into a new data directory: with a process for each kill, and then one that lives to the end.
   * @param kills a kill that is not reached before the process ends is left out
   * @param awayMs milliseconds for which the receiver answers 503 from its first message on, in a time that passes only
   *   when nothing else is left to do; 0: the receiver is available, and the time is the system's
   */
  async replay(recording: string, kills: Iterable<Kill>, awayMs = 0): Promise<Replayed> {
    this.#runs += 1;
    this.#awayMs = awayMs;
    this.#backMs = undefined;
    this.#taken = [];
    this.#afterRecord = [];
    const dataDir = join(this.#directory, String(this.#runs));
    const passed = awayMs > 0 ? { clockFile: `${dataDir}.clock` } : {};
    const job = { dataDir, recording, receiver: this.#url, ...passed };
    const deaths: string[] = [];
    for (const kill of kills) {
      const death = await this.#run(job, kill);
      if (death === undefined) break;
      deaths.push(death);
    }
    const beganMs = performance.now();
    await this.#run(job);
    const ms = performance.now() - beganMs;
    const outcome = await outcomeOf(this.storePath());
    const [taken, afterRecord] = [this.#taken, this.#afterRecord];
    return { outcome, received: this.#receiver.take(), taken, afterRecord, deaths, ms };
  }

  /** Returns the path of the store of the latest replay. */
  storePath(): string {
    return join(this.#directory, String(this.#runs), storeFile);
  }

  #answer(id: string, body: string, triedMs: number): number {
    const { id: alertId, revision, firstPageRevision } = (JSON.parse(body) as { data: Alert }).data;
    const item = this.#deliveryOf(alertId);
    if (item !== undefined && settledAs(item, revision, firstPageRevision) !== undefined) this.#afterRecord.push(id);
    this.#backMs ??= triedMs + this.#awayMs;
    if (triedMs < this.#backMs) return 503;
    this.#taken.push({ id, sinceBackMs: triedMs - this.#backMs });
    return 204;
  }

  /** Returns what the process has recorded while it waits for an answer. */
  #deliveryOf(alertId: string): DeliveryItem | undefined {
    const view = new DatabaseSync(this.storePath(), { readOnly: true });
    try {
      const row = view.prepare("SELECT item FROM deliveries WHERE receiver = 'hook' AND alert = ?").get(alertId);
      return row && JSON.parse(String(row.item));
    } finally {
      view.close();
    }
  }

  /** @returns where the process was killed, or `undefined` if it lived to the end */
  async #run(job: Job, kill?: Kill): Promise<string | undefined> {
    const orders: Job = kill !== undefined && 'nth' in kill ? { ...job, dieAt: kill } : job;
    const child = spawn(process.execPath, [join(import.meta.dirname, 'worker.ts'), JSON.stringify(orders)], {
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
