import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { account, type Emulator, region } from './emulator.ts';
import { withPlainHttp } from './for-emulator.ts';

const run = promisify(execFile);

const root = join(import.meta.dirname, '../..');
const cli = join(root, 'node_modules/aws-cdk/bin/cdk');
const outputBytesMax = 20_000_000;
/**
 * Milliseconds until a deployment is given up. CloudFormation itself waits an hour for a custom resource that does not
 * answer.
 */
const timeoutMs = 240_000;

/** The outputs, by stack and by the output's name. */
export type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The pinned `cdk`, run as an operator runs it, against one emulator. It leaves nothing outside a folder of its own.
 */
export class Cdk {
  readonly #emulator: Emulator;
  readonly #folder = mkdtempSync(join(tmpdir(), 'offbeat-cdk-'));
  readonly #assembly = join(this.#folder, 'cdk.out');
  readonly #app: string;

  /** @param app a module that synthesises an app, relative to the root of the clone: `test/deploy/app.ts` */
  constructor(emulator: Emulator, app: string) {
    this.#emulator = emulator;
    this.#app = app;
  }

  async bootstrap(): Promise<void> {
    const template = join(this.#folder, 'bootstrap.yaml');
    writeFileSync(template, withPlainHttp(await this.#run(['bootstrap', '--show-template'])));
    // Without an app: none exists yet where an account is bootstrapped.
    await this.#run(['bootstrap', '--template', template, `aws://${account}/${region}`]);
  }

  /**
   * Deploys every stack.
   * @param context the values of `--context`
   * @throws {Error} with the output of `cdk` and the end of the emulator's
   */
  async deploy(context: Readonly<Record<string, string>> = {}): Promise<Outputs> {
    const outputs = join(this.#folder, 'outputs.json');
    await this.#run([
      'deploy',
      '--all',
      '--require-approval',
      'never',
      '--outputs-file',
      outputs,
      ...this.#of(context),
    ]);
    return JSON.parse(readFileSync(outputs, 'utf8')) as Outputs;
  }

  /** Destroys what was deployed last. @param stack one stack alone @throws {Error} as `deploy` does */
  async destroy(stack?: string): Promise<void> {
    const which = stack === undefined ? ['--all'] : [stack, '--exclusively'];
    await this.#run(['destroy', ...which, '--force', '--app', this.#assembly]);
  }

  /** Removes the files of the runs; deployed stacks stay. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #of(context: Readonly<Record<string, string>>): string[] {
    const app = ['--app', `"${process.execPath}" ${this.#app}`, '--output', this.#assembly];
    return [...app, ...Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`])];
  }

  /** @returns its standard output */
  async #run(args: readonly string[]): Promise<string> {
    const { environment, endOfLog } = this.#emulator;
    // It stores what it knows of accounts in a file of its user, and all accounts here are alike.
    const own = { HOME: this.#folder, CDK_HOME: this.#folder, TMPDIR: this.#folder };
    const quiet = { CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: 'true', NO_COLOR: '1' };
    const options = ['--ci', '--no-notices', '--progress', 'events'];
    try {
      const { stdout } = await run(process.execPath, [cli, ...args, ...options], {
        cwd: root,
        env: { ...environment, ...own, ...quiet },
        timeout: timeoutMs,
        maxBuffer: outputBytesMax,
      });
      return stdout;
    } catch (error) {
      throw new Error(`cdk ${args[0]} ${describe(error)}\nThe emulator:\n${endOfLog()}`, { cause: error });
    }
  }
}

function describe(error: unknown): string {
  const { code, killed, stdout, stderr } = error as {
    code?: number;
    killed?: boolean;
    stdout?: string;
    stderr?: string;
  };
  const how = killed === true ? `took longer than ${timeoutMs / 1000} s` : `ended with ${code}`;
  return `${how}:\n${stdout ?? ''}${stderr ?? ''}`;
}
