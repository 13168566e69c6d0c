import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Health } from '../../functions/api/health.ts';
import type { Environment } from '../../functions/shared/environment/variables.ts';

const script = join(import.meta.dirname, '../../bin/offbeat.js');

/** A process of `npx offbeat start`, with nothing to watch and nothing to replay. */
export class OffbeatProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  /** The lines of standard output and of standard error. */
  output = '';
  complained = '';

  constructor(dataDir: string, env: Environment) {
    const args = ['start', '--data', dataDir, '--port', '0', '--no-host', '--no-replay', '--no-self-check'];
    this.#child = spawn(process.execPath, [script, ...args], { env: { ...env, NO_COLOR: '1' } });
    this.#ended = once(this.#child, 'close');
    this.#child.stdout!.on('data', (chunk) => {
      this.output += chunk;
    });
    this.#child.stderr!.on('data', (chunk) => {
      this.complained += chunk;
    });
  }

  /** The exit status, once it has ended; `null` if a signal ended it. */
  async status(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The address at which it answers. */
  get url(): string | undefined {
    return /answers on (\S+),/.exec(this.output)?.[1];
  }

  async health(): Promise<Health> {
    const response = await fetch(`${this.url}/api/health`);
    return (await response.json()) as Health;
  }

  /** The partitions of a stage; none while it has not joined its group. */
  async partitions(stage: string): Promise<number[]> {
    const { stages } = await this.health();
    return (stages.find(({ name }) => name === stage)?.sources ?? [])
      .flatMap((source) => ('topic' in source ? [source.partition] : []))
      .sort();
  }

  /** Waits until it reads. */
  async isUp(): Promise<void> {
    const patience = { timeout: 60_000, interval: 50 };
    await vi.waitUntil(() => this.url !== undefined, patience);
    await vi.waitUntil(async () => (await this.partitions('persist')).length > 0, patience);
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (!this.hasEnded) this.#child.kill(signal);
    return this.status();
  }
}
