import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setInterval } from 'node:timers/promises';

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Returns whether it answers by now. */
  readonly isUp: () => Promise<boolean>;
}

export interface StartedServer {
  /** The address for its clients; a second start does not change it. */
  readonly address: string;
  readonly server: Server;
  /** Stops it and removes what it stored. */
  close(): Promise<void>;
}

/**
 * Starts a server that stores everything in a folder of its own. It needs no test runner, so that a bench can use it
 * too.
 * @param commandIn sets the folder up, and returns the command to run on it
 * @throws {Error} with the end of its output if it is not ready in time
 */
export async function startServer(
  name: string,
  address: string,
  commandIn: (folder: string) => Promise<ServerCommand>,
): Promise<StartedServer> {
  const folder = mkdtempSync(join(tmpdir(), `offbeat-${name}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const server = new Server(name, await commandIn(folder), folder);
    await server.start();
    return { address, server, close: () => server.stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

const startTimeoutMs = 240_000;
const stopTimeoutMs = 20_000;

/**
 * A server in a process of its own, on loopback. It can be stopped or killed, and started again at the same address
 * with the content of its folder.
 */
export class Server {
  readonly #name: string;
  readonly #command: ServerCommand;
  readonly #log: string;
  #child: ChildProcess | undefined;

  /** @param folder the folder for the server's output, and for what the server stores */
  constructor(name: string, command: ServerCommand, folder: string) {
    this.#name = name;
    this.#command = command;
    this.#log = join(folder, `${name}.log`);
  }

  /** @throws {Error} with the end of its output if it is not ready in time; it does not run then */
  async start(): Promise<void> {
    const { command, args, cwd, env, isUp } = this.#command;
    const output = openSync(this.#log, 'a');
    const child = spawn(command, args, {
      stdio: ['ignore', output, output],
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    closeSync(output);
    this.#child = child;
    running.add(child);
    const ended = new AbortController();
    child.once('exit', (code, signal) => {
      running.delete(child);
      ended.abort(`ended with ${code ?? signal}`);
    });
    child.once('error', ({ message }) => ended.abort(message));
    if (await becomes(isUp, AbortSignal.any([ended.signal, AbortSignal.timeout(startTimeoutMs)]))) return;
    const how = ended.signal.aborted ? ended.signal.reason : `was not up after ${startTimeoutMs / 1000} s`;
    await this.kill();
    throw new Error(`${this.#name} ${how}:\n${this.endOfLog()}`);
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Kills it as a loss of power does. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** The last lines of its output. */
  endOfLog(): string {
    return readFileSync(this.#log, 'utf8').split('\n').slice(-15).join('\n');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await once(child, 'exit', { signal: AbortSignal.timeout(stopTimeoutMs) }).catch(() => child.kill('SIGKILL'));
    await ended;
  }
}

/** Asks until the answer is true. @returns false if `signal` was aborted before */
async function becomes(isSo: () => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const _ of setInterval(100, undefined, { signal })) if (await isSo()) return true;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return false;
}

/** The running servers, which are killed when the test run ends, so that an interrupted one leaves none behind. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
