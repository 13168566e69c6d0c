import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Health } from '../../../functions/api/health.ts';

const clone = join(import.meta.dirname, '../../..');

/** `npx offbeat start` as a process of its own, over a store that is there, after the recording that comes along. */
export class FuzzedProcess {
  readonly #child: ChildProcess;
  /** Everything that it printed. */
  output = '';

  constructor(dataDir: string) {
    const args = ['bin/offbeat.js', 'start', '--data', dataDir, '--port', '0', '--no-host'];
    const env = { PATH: process.env.PATH, HOME: dataDir, NO_COLOR: '1' };
    this.#child = spawn(process.execPath, args, { cwd: clone, env });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.on('data', (chunk) => {
        this.output += chunk;
      });
    }
  }

  /** Until it answers, and has worked off the recording. */
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
    return /answers on (\S+)\/api\/health/.exec(this.output)?.[1];
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

  /** What of its memory is in the machine's, by Linux; `undefined` elsewhere. */
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
