import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../../../functions/shared/environment/variables.ts';

/** A service manager waits so long before it starts again what ended by itself. */
const restartMs = 1_000;
const stopMsMax = 60_000;

/** One place in which a process always runs: whatever ends it, another follows, with the same data directory. */
export class Worker {
  readonly #dataDir: string;
  readonly #log: string;
  readonly #env: Environment;
  #child: ChildProcess;
  #stopping = false;
  /** SIGKILLs that met a living process. */
  kills = 0;
  /** Whether its process has said that it works. */
  isUp = false;
  /** Times that it ended by itself: a start that finds a server away says so and ends. */
  ends = 0;

  constructor(folder: string, name: string, env: Environment) {
    this.#dataDir = join(folder, name);
    this.#log = join(folder, `${name}.log`);
    this.#env = env;
    writeFileSync(this.#log, '');
    this.#child = this.#spawn();
  }

  /** Kills it at once, whatever it is about, starting included. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    this.kills += 1;
    child.kill('SIGKILL');
    await ended;
    this.isUp = false;
  }

  /** It stands still, as a virtual machine does that is moved: it loses its partitions and does not know. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit', { signal: AbortSignal.timeout(stopMsMax) });
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    await ended.catch(() => child.kill('SIGKILL'));
  }

  /** What it said so far, over all its lives. */
  said(): string {
    return readFileSync(this.#log, 'utf8');
  }

  #spawn(): ChildProcess {
    const child = fork(join(import.meta.dirname, 'worker.ts'), [this.#dataDir], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...this.#env },
    });
    const log = createWriteStream(this.#log, { flags: 'a' });
    child.stdout!.pipe(log, { end: false });
    child.stderr!.pipe(log, { end: false });
    this.isUp = false;
    child.once('message', () => {
      this.isUp = true;
    });
    child.once('exit', (_code, signal) => void this.#again(signal));
    return child;
  }

  async #again(signal: NodeJS.Signals | null): Promise<void> {
    this.isUp = false;
    if (this.#stopping) return;
    if (signal !== 'SIGKILL') {
      this.ends += 1;
      await delay(restartMs);
    }
    if (!this.#stopping) this.#child = this.#spawn();
  }
}

/** Two of them, which share whatever can be shared. */
export class Workers {
  readonly #folder = mkdtempSync(join(tmpdir(), 'offbeat-chaos-'));
  readonly all: readonly Worker[];
  readonly #env: Environment;
  #rival: Worker | undefined;

  constructor(env: Environment) {
    this.#env = env;
    this.all = ['a', 'b'].map((name) => new Worker(this.#folder, name, env));
  }

  /**
   * Starts a third one in consumer groups of its own, as two deployments on the same topics would be: it reads every
   * partition that one of the others reads too.
   */
  startRival(): void {
    this.#rival = new Worker(this.#folder, 'rival', { ...this.#env, OFFBEAT_KAFKA_GROUP: 'rival' });
  }

  async stopRival(): Promise<void> {
    await this.#rival?.stop();
  }

  get kills(): number {
    return this.all.reduce((sum, { kills }) => sum + kills, 0);
  }

  get ends(): number {
    return this.all.reduce((sum, { ends }) => sum + ends, 0);
  }

  areUp(): boolean {
    return this.all.every(({ isUp }) => isUp);
  }

  /** Batches of which they said that another had advanced the partition. */
  fenced(): number {
    const said = [...this.all, ...(this.#rival ? [this.#rival] : [])].map((worker) => worker.said());
    return said.reduce((sum, text) => sum + text.split('reason FENCED').length - 1, 0);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.all.map((worker) => worker.stop()), this.stopRival()]);
    rmSync(this.#folder, { recursive: true });
  }
}
