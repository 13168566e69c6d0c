import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface ServerCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it answers by now. */
  readonly isUp: () => Promise<boolean>;
}

const startTimeoutMs = 90_000;
const stopTimeoutMs = 20_000;

/** A server in a process of its own, on loopback. It can be stopped, killed and started again as it was. */
export class Server {
  readonly #command: ServerCommand;
  readonly #log: string;
  #child: ChildProcess | undefined;

  /** @param folder gets the server's output, beside whatever the server keeps there */
  constructor(command: ServerCommand, folder: string) {
    this.#command = command;
    this.#log = join(folder, `${command.name}.log`);
  }

  /** @throws {Error} with the end of its output if it is not up in time */
  async start(): Promise<void> {
    const { command, args, cwd, env, isUp } = this.#command;
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    const output = createWriteStream(this.#log, { flags: 'a' });
    child.stdout.pipe(output, { end: false });
    child.stderr.pipe(output, { end: false });
    this.#child = child;
    running.add(child);
    child.once('exit', () => running.delete(child));
    const deadlineMs = Date.now() + startTimeoutMs;
    while (!(await isUp())) {
      if (child.exitCode !== null || Date.now() > deadlineMs) throw new Error(this.#complaint(child));
      await delay(100);
    }
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await ended;
    clearTimeout(late);
  }

  #complaint({ exitCode }: ChildProcess): string {
    const end = readFileSync(this.#log, 'utf8').split('\n').slice(-15).join('\n');
    const how = exitCode === null ? `was not up after ${startTimeoutMs / 1000} s` : `ended with ${exitCode}`;
    return `${this.#command.name} ${how}:\n${end}`;
  }
}

/** A test run that is interrupted leaves no server behind. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A throw-away folder. */
export function folderFor(name: string): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `offbeat-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A port nobody listens on, of `from` to `to` where a server takes no other. */
export async function freePort(from = 0, to = 0): Promise<number> {
  const ports = to - from + 1;
  // Runs beside each other that all began with the first would take each other's.
  const first = Math.floor(Math.random() * ports);
  for (let nth = 0; nth < ports; nth += 1) {
    const free = await tryPort(from + ((first + nth) % ports));
    if (free !== undefined) return free;
  }
  throw new Error(`no free port from ${from} to ${to}`);
}

async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  server.once('error', () => resolve(undefined));
  server.listen(port, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
  });
  return promise;
}

/** What an HTTP server answers, or `undefined` if it does not: who waits for it asks again. */
export async function answerOf(url: string, timeoutMs: number): Promise<Response | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
    return response;
  } catch {
    return undefined;
  }
}
