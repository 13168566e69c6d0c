import { type FunctionName, workerMemoryMb } from '../../functions/functions.ts';
import type { deployedFile } from '../../functions/shared/handler/deployed.ts';

/** The runtime of every function, and the export that Lambda calls. */
export const lambda = {
  runtime: 'nodejs24.x',
  handler: 'index.handler',
} as const;

/**
 * The share of a function's memory that Node may use for its heap. The limit makes Node collect garbage before Lambda
 * counts it; state and request bodies are outside the heap.
 */
const heapShare = 0.625;

/** Returns the command line options with which Node starts in a function with this memory. */
export const nodeOptions = (memoryMb: number = workerMemoryMb): string =>
  `--enable-source-maps --max-old-space-size=${Math.floor(memoryMb * heapShare)}`;

/** The file with a function's code; its source map is beside it. */
export const codeFile = 'index.mjs';

/** The file with the settings and the layout that a function is deployed with. */
export const settingsFile: typeof deployedFile = 'offbeat.json';

/** The files of a folder: texts by name. */
export type Files = Readonly<Record<string, string>>;

/** The code and source map of every function. */
export type Bundles = Readonly<Record<FunctionName, Files>>;
