import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import type { Deployed, deployedFile } from '../../functions/shared/connect/deployed.ts';
import { leanCredentials, leanKafka, leanKafkaAdmin, leanOpenSearch } from './lean.ts';

/** Every function that is deployed: a folder of `functions/` with an `index.ts`. */
export const functionNames = [
  'normalise',
  'detect',
  'alert',
  'publish',
  'notify',
  'persist',
  'tick',
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
  // The heap is bounded so that garbage goes before Lambda counts it; state and bodies lie outside of it (docs/scale.md).
  environment: { NODE_OPTIONS: '--enable-source-maps --max-old-space-size=640' },
} as const;

/** A folder as Lambda unpacks it. */
export interface Bundle {
  readonly folder: string;
  /** Of the code, without its source map. */
  readonly bytes: number;
}

const root = join(import.meta.dirname, '../..');
const settingsFile: typeof deployedFile = 'offbeat.json';
const codeFile = 'index.mjs';

// Some packages still call `require` for what Node brings along; a module of the standard kind has none.
const banner = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/**
 * esbuild's options for one function. Not CDK's NodejsFunction: it runs esbuild's command line, which takes no
 * plugins, and without them most functions are over 1 MB.
 */
export const bundling = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  sourcemap: true,
  sourcesContent: false,
  banner: { js: banner },
  alias: {
    // The usual one reads its WebAssembly from a file beside it, which a bundle does not have.
    '@platformatic/wasm-utils': '@platformatic/wasm-utils/bundled',
    'ajv/dist/2020.js': join(import.meta.dirname, 'no-validation.ts'),
  },
  plugins: [leanKafka, leanOpenSearch, leanCredentials],
  metafile: true,
  logLevel: 'silent',
} satisfies BuildOptions;

/**
 * Bundles one function with all it needs, and what it is deployed with beside it.
 * @param folder an empty one
 * @throws {Error} esbuild's, naming file and line
 */
export async function bundleFunction(name: FunctionName, folder: string, deployed: Deployed): Promise<Bundle> {
  const outfile = join(folder, codeFile);
  const plugins = bundling.plugins.map((plugin) =>
    plugin === leanKafka && name === 'set-up-topics' ? leanKafkaAdmin : plugin,
  );
  const { metafile } = await build({ ...bundling, plugins, entryPoints: [`functions/${name}/index.ts`], outfile });
  await writeFile(join(folder, settingsFile), JSON.stringify(deployed));
  const bytes = Object.entries(metafile.outputs).find(([path]) => path.endsWith(codeFile))![1].bytes;
  return { folder, bytes };
}
