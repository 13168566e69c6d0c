import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../../../functions/shared/environment/variables.ts';

/** Milliseconds after which a service manager starts a process again that ended by itself. */
const restartMs = 1_000;
const stopMsMax = 60_000;

/** One slot in which a process always runs: when it ends, another one follows, with the same data directory. */
export class Worker {
  readonly #dataDir: string;
  readonly #log: string;
  readonly #env: Environment;
  #child: ChildProcess;
  #stopping = false;
  /** The number of SIGKILLs that hit a living process. */
  kills = 0;
  /** Shows whether its process has reported that it works. */
  isUp = false;
  /** The number of times that it ended by itself, as a start does that finds a server unavailable. */
  ends = 0;

  constructor(folder: string, name: string, env: Environment) {
    this.#dataDir = join(folder, name);
    this.#log = join(folder, `${name}.log`);
    this.#env = env;
    writeFileSync(this.#log, '');
    this.#child = this.#spawn();
  }

  /** Kills it at once, whatever it does, even while it starts. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    this.kills += 1;
    child.kill('SIGKILL');
    await ended;
    this.isUp = false;
  }

  /** Suspends it, as a virtual machine is that is moved: it loses its partitions and is not notified. */
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

  /** The output so far, of all its processes. */
  output(): string {
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

/** Two workers, which share whatever can be shared. */
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
   * Starts a third worker in consumer groups of its own, as a second deployment on the same topics would: it reads
   * every partition that one of the others reads too.
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

  /** The number of batches for which they reported that another had advanced the partition. */
  fenced(): number {
    const outputs = [...this.all, ...(this.#rival ? [this.#rival] : [])].map((worker) => worker.output());
    return outputs.reduce((sum, text) => sum + text.split('reason FENCED').length - 1, 0);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.all.map((worker) => worker.stop()), this.stopRival()]);
    rmSync(this.#folder, { recursive: true });
  }
}
