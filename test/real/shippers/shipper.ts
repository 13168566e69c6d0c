import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

/** The patience of a wait for something that was shipped. */
export const patience = { timeout: 240_000, interval: 200 };
/** The time that a test of a shipper may take, ms. */
export const timeout = 900_000;
/** The broker of the configurations in docs/shippers.md. */
export const shippedBroker = 'kafka.example.com:9092';
/** Means that the machine can install packages of Debian. */
export const isDebian = existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg-deb');

/** A shipper on this machine, with a folder of its own. It can be stopped and started again with what it stored. */
export class Shipper {
  readonly folder = mkdtempSync(join(tmpdir(), 'offbeat-shipper-'));
  #child: ChildProcess | undefined;
  #output = '';

  /** Writes a file into its folder. @returns the path of the file */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
    const child = spawn(command, args, { cwd: this.folder, env: { ...process.env, ...env } });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => this.#keep(String(chunk)));
    this.#child = child;
  }

  /** @throws {Error} with the end of its output if it ended by itself */
  checkIsRunning(): void {
    const { exitCode, signalCode } = this.#child!;
    if (exitCode !== null || signalCode !== null)
      throw new Error(`ended with ${exitCode ?? signalCode}: ${this.#output}`);
  }

  /** Stops it as its service manager does, and waits until it has ended. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }

  #keep(text: string): void {
    this.#output = (this.#output + text).slice(-4_000);
  }
}

/** Keeps all processors of this machine busy during an act. */
export async function withBusyProcessors<T>(act: () => Promise<T>): Promise<T> {
  const busy = cpus().map(() => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
  try {
    return await act();
  } finally {
    for (const child of busy) child.kill('SIGKILL');
  }
}

const shippers: Shipper[] = [];
afterEach(async () => {
  for (const shipper of shippers.splice(0)) await shipper.remove();
});

/** Returns a shipper that is removed after the test. */
export function newShipper(): Shipper {
  const shipper = new Shipper();
  shippers.push(shipper);
  return shipper;
}
