import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import type { Console } from '../../bin/console.ts';
import { runCommandLine } from '../../bin/program.ts';
import type { Environment } from '../../functions/shared/connect/environment.ts';

const script = join(import.meta.dirname, '../../bin/offbeat.js');

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the command line as a process of its own, as a person would.
 * @param env in place of this process's own
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

/** Runs it in this process, which is quicker: everything but the entry and the streams is the same. */
export async function offbeat(args: readonly string[], input = ''): Promise<Finished> {
  const stdout = new PassThrough();
  const pieces: string[] = [];
  stdout.on('data', (chunk) => pieces.push(String(chunk)));
  let stderr = '';
  const write = (text: string): void => {
    stdout.write(text);
  };
  const console: Console = {
    stdin: Readable.from([Buffer.from(input)]),
    stdout,
    env: { USER: 'ada' },
    colours: false,
    write,
    print: (line) => write(`${line}\n`),
    warn: (line) => {
      stderr += `${line}\n`;
    },
    progress() {},
    endProgress() {},
    paint: (_style, text) => text,
  };
  const status = await runCommandLine(args, console);
  return { status, stdout: pieces.join(''), stderr };
}
