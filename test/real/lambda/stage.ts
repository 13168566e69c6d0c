import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FunctionName, functionNames } from '../../../functions/functions.ts';
import { type Settings, settingsSchema } from '../../../functions/shared/domain/settings.ts';
import type { Environment } from '../../../functions/shared/environment/variables.ts';
import type { Deployed } from '../../../functions/shared/handler/deployed.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { type Bundle, bundleFunction } from '../../../lib/bundle/build.ts';
import type { Answer } from '../../support/runtime-api.ts';
import { freshNames, freshServers } from '../fresh-servers.ts';
import { KafkaReader, sharedKafka } from '../kafka.ts';
import { type Ends, endsOf, type Sent, sentSince } from './effects.ts';
import type { Figures } from './figures.ts';
import { type ImportTime, importTime, LambdaFunction, runtimeClientFile } from './lambda-function.ts';

/** The result of one event. */
export interface Outcome {
  readonly answer: Answer;
  readonly sent: readonly Sent[];
  /** The result of a second delivery of the same event to the same process. */
  readonly again: Answer;
  readonly log: string;
  readonly env: Environment;
}

/** The bundles of functions, and the servers that the functions use. */
export class LambdaStage {
  readonly figures: Figures[] = [];
  readonly settings: Settings;
  readonly #reader: KafkaReader;
  readonly #folder: string;
  readonly #bundles: ReadonlyMap<FunctionName, Bundle>;
  readonly #imports = new Map<FunctionName, ImportTime>();
  readonly #env: Environment;

  private constructor(
    settings: Settings,
    folder: string,
    bundles: ReadonlyMap<FunctionName, Bundle>,
    env: Environment,
  ) {
    this.settings = settings;
    this.#folder = folder;
    this.#bundles = bundles;
    this.#env = env;
    this.#reader = new KafkaReader(sharedKafka());
  }

  /** @param names of the functions that are invoked */
  static async open(
    settings: Deployed['settings'],
    names: readonly FunctionName[] = functionNames,
  ): Promise<LambdaStage> {
    await runtimeClientFile();
    const env = forFunctions(await freshServers());
    const folder = mkdtempSync(join(tmpdir(), 'offbeat-lambda-'));
    const bundles = new Map<FunctionName, Bundle>();
    for (const name of names) {
      bundles.set(name, await bundleFunction(name, join(folder, name), { settings, layout: defaultLayout }));
    }
    return new LambdaStage(settingsSchema.parse(settings), folder, bundles, env);
  }

  async close(): Promise<void> {
    await this.#reader.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** Creates unused tables, a bucket and an alert topic. */
  async freshEnvironment(): Promise<Environment> {
    return { ...this.#env, ...(await freshNames()) };
  }

  /** @throws {Error} if it cannot be loaded */
  async start(name: FunctionName, env: Environment): Promise<void> {
    const lambda = await LambdaFunction.start(name, this.#bundles.get(name)!, env);
    await lambda.initMs().finally(() => lambda.stop());
  }

  /** Hands the event to a process that has never run, and then once more. */
  async invoke(name: FunctionName, event: unknown, given?: Environment): Promise<Outcome> {
    const env = given ?? (await this.freshEnvironment());
    const bundle = this.#bundles.get(name)!;
    if (!this.#imports.has(name)) this.#imports.set(name, await importTime(name, bundle, env));
    const ends: Ends = await endsOf(this.#reader);
    const lambda = await LambdaFunction.start(name, bundle, env);
    try {
      const initMs = await lambda.initMs();
      const answer = await lambda.invoke(event);
      const coldMs = lambda.sinceSpawnMs();
      const sent = await sentSince(ends, this.#reader);
      const askedAtMs = performance.now();
      const again = await lambda.invoke(event);
      const warmMs = performance.now() - askedAtMs;
      const figures = { name, bundleBytes: bundle.bytes, importing: this.#imports.get(name)!, initMs, coldMs, warmMs };
      this.figures.push(figures);
      return { answer, sent, again, log: lambda.log, env };
    } finally {
      await lambda.stop();
    }
  }
}

/** Returns the variables that a deployment gives to its functions, with emulators' addresses in place of AWS. */
function forFunctions(env: Environment): Environment {
  const named = Object.entries(env).filter(([name]) =>
    /^OFFBEAT_|^AWS_(REGION|ACCESS_KEY_ID|SECRET_ACCESS_KEY)$/.test(name),
  );
  return Object.fromEntries(named.filter(([name]) => name !== 'OFFBEAT_TEST_SERVERS'));
}
