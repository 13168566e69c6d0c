import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { runCommandLine } from '../../bin/program.ts';
import { terminalOf } from '../../bin/terminal.ts';
import type { Environment } from '../../functions/shared/environment/variables.ts';

const script = join(import.meta.dirname, '../../bin/offbeat.js');

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the command line in a new process, as a person does.
 * @param env the environment, instead of this process's
 */
export function spawnOffbeat(
  args: readonly string[],
  input = '',
  cwd = process.cwd(),
  env: Environment = process.env,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd, env: { ...env, NO_COLOR: '1' } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
    child.stdin.end(input);
  });
}

/**
 * Runs the command line in this process, which is quicker: only the entry and the streams differ.
 * @param isTerminal whether standard output is a terminal with colours
 */
export async function offbeat(args: readonly string[], input = '', isTerminal = false): Promise<Finished> {
  const [stream, readOut] = gathering();
  const stdout = Object.assign(stream, { isTTY: isTerminal, hasColors: () => isTerminal });
  const [stderr, readErr] = gathering();
  const stdin = Readable.from([Buffer.from(input)]);
  const status = await runCommandLine(args, terminalOf({ stdin, stdout, stderr, env: { USER: 'ada' } }));
  return { status, stdout: readOut(), stderr: readErr() };
}

/** Returns a stream, and a function that returns what was written to it so far. */
function gathering(): [PassThrough, () => string] {
  const stream = new PassThrough();
  const pieces: string[] = [];
  stream.on('data', (chunk) => pieces.push(String(chunk)));
  return [stream, () => pieces.join('')];
}

/** Returns the names of all commands in `--help`. */
export async function commandNames(): Promise<string[]> {
  const { stdout } = await offbeat(['--help']);
  const list = stdout.slice(stdout.indexOf('\nCommands:'), stdout.indexOf('\nExamples:'));
  return Array.from(list.matchAll(/^ {2}([a-z][a-z-]*)/gm), ([, name]) => name!);
}
