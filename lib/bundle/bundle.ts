import type { deployedFile } from '../../functions/shared/handler/deployed.ts';

/** Every function that is deployed: a folder of `functions/` with an `index.ts`. */
export const functionNames = [
  'normalise',
  'detect',
  'alert',
  'publish',
  'notify',
  'persist',
  'heartbeat',
  'sweep',
  'self-check',
  'api',
  'aggregate',
  'set-up-warehouse',
  'set-up-topics',
  'look-up-brokers',
] as const;
export type FunctionName = (typeof functionNames)[number];

/** What Lambda is told of each of them. */
export const lambda = {
  runtime: 'nodejs24.x',
  handler: 'index.handler',
} as const;

/** MB a function has unless it needs less; it holds a worker's share of a million series (docs/scale.md). */
export const memoryDefault = 1024;

/** The heap is bounded so that garbage goes before Lambda counts it; state and bodies lie outside of it. */
const heapShare = 0.625;

/** What Node is started with in a function of so many MB. */
export const nodeOptions = (memory: number = memoryDefault): string =>
  `--enable-source-maps --max-old-space-size=${Math.floor(memory * heapShare)}`;

/** The file with a function's code; its source map lies beside it. */
export const codeFile = 'index.mjs';

/** The file with what a function is deployed with. */
export const settingsFile: typeof deployedFile = 'offbeat.json';

/** A folder's files, as text by name. */
export type Files = Readonly<Record<string, string>>;

/** Of every function, its code and source map. */
export type Bundles = Readonly<Record<FunctionName, Files>>;
