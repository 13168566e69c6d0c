import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Emulator } from './emulator.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const timeoutMs = 240_000;

/**
 * The shell of an operator who pastes the commands of a page of `docs/`, with AWS's command line pointed at an
 * emulator.
 */
export class OperatorShell {
  readonly #folder = mkdtempSync(join(tmpdir(), 'offbeat-shell-'));
  readonly #env: Readonly<Record<string, string>>;

  private constructor(emulator: Emulator, awsCli: string) {
    // Versions before 2.13 do not look for the endpoint in the environment.
    const aws = `#!/bin/sh\nexec ${awsCli} --endpoint-url "$AWS_ENDPOINT_URL" "$@"\n`;
    writeFileSync(join(this.#folder, 'aws'), aws, { mode: 0o755 });
    const path = `${this.#folder}${delimiter}/usr/local/bin${delimiter}/usr/bin${delimiter}/bin`;
    this.#env = { ...emulator.environment, PATH: path, HOME: this.#folder, AWS_PAGER: '' };
  }

  /** @throws {Error} if there is no version 2 of AWS's command line, with what to install */
  static async open(emulator: Emulator): Promise<OperatorShell> {
    return new OperatorShell(emulator, await awsCli());
  }

  /**
   * Runs commands in one shell, up to the first that fails.
   * @returns what they printed
   * @throws {Error} with their output
   */
  async paste(...blocks: readonly string[]): Promise<string> {
    const { stdout } = await run('bash', ['-eu', '-o', 'pipefail', '-c', blocks.join('\n')], {
      cwd: this.#folder,
      env: this.#env,
      timeout: timeoutMs,
    });
    return stdout;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Returns the blocks of commands under a heading of a page, unchanged. */
export function commandsOf(page: string, heading: string): string[] {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  const [, section] = text.split(new RegExp(`^#+ ${heading}$`, 'm'));
  if (section === undefined) throw new Error(`docs/${page} has no heading ${heading}`);
  const [own] = section.split(/^#+ /m);
  return [...own!.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map(([, indent, block]) =>
    block!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

async function awsCli(): Promise<string> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const command = join(folder, 'aws');
    if (!existsSync(command)) continue;
    const { stdout } = await run(command, ['--version']).catch(() => ({ stdout: '' }));
    if (stdout.startsWith('aws-cli/2.')) return command;
  }
  throw new Error("no version 2 of AWS's command line in PATH: install it (Debian: awscli)");
}
