import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Health } from '../../../functions/api/health.ts';

const clone = join(import.meta.dirname, '../../..');

/** A process of `npx offbeat start` over an existing store, after the bundled recording. */
export class FuzzedProcess {
  readonly #child: ChildProcess;
  /** The whole output of the process. */
  output = '';

  constructor(dataDir: string) {
    const args = ['bin/offbeat.js', 'start', '--data', dataDir, '--port', '0', '--no-host', '--no-self-check'];
    const env = { PATH: process.env.PATH, HOME: dataDir, NO_COLOR: '1' };
    this.#child = spawn(process.execPath, args, { cwd: clone, env });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.on('data', (chunk) => {
        this.output += chunk;
      });
    }
  }

  /** Waits until the process answers and has processed the recording. */
  async isUp(): Promise<void> {
    const patience = { timeout: 120_000, interval: 100 };
    await vi.waitUntil(() => this.hasEnded || this.#address !== undefined, patience);
    if (this.hasEnded) throw new Error(`it ended: ${this.output}`);
    await vi.waitUntil(async () => (await this.health()).totals.alerts! >= 6, patience);
  }

  get port(): number {
    return Number(new URL(this.#address!).port);
  }

  get #address(): string | undefined {
    return /answers on (\S+),/.exec(this.output)?.[1];
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async get<Body>(path: string): Promise<Body> {
    const response = await fetch(`${this.#address}${path}`);
    return (await response.json()) as Body;
  }

  health(): Promise<Health> {
    return this.get('/api/health');
  }

  /** Returns the resident memory of the process, as Linux reports it; `undefined` on other systems. */
  get residentMb(): number | undefined {
    if (process.platform !== 'linux') return undefined;
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) / 1024;
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
