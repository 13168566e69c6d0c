import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { type FunctionName, functionNames } from '../../functions/functions.ts';
import type { Deployed } from '../../functions/shared/handler/deployed.ts';
import { type Bundles, codeFile, type Files, settingsFile } from './bundle.ts';
import { stripCredentials, stripKafka, stripKafkaAdmin, stripOpenSearch } from './strip-unused.ts';

/** A folder as Lambda unpacks it. */
export interface Bundle {
  readonly folder: string;
  /** Of the code, without its source map. */
  readonly bytes: number;
}

const clone = join(import.meta.dirname, '../..');

// Some packages still call `require` for what Node brings along; a module of the standard kind has none.
const banner = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/**
 * esbuild's options for a function. Not CDK's own bundling: it runs esbuild's command line, which takes no plugins,
 * and without them most functions are over 1 MB (docs/decisions/0007-bundled-by-our-own-esbuild.md).
 */
export const bundling = {
  absWorkingDir: clone,
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
  plugins: pluginsWith(stripKafka),
  logLevel: 'silent',
} satisfies BuildOptions;

function pluginsWith(kafka: Plugin): Plugin[] {
  return [kafka, stripOpenSearch, stripCredentials];
}

/** The one that asks brokers for more than to append; the requests are found by name, so each is in every bundle. */
const administrator = 'set-up-topics' satisfies FunctionName;

/**
 * Bundles functions, each with all it needs. What comes out depends on what is in the files alone, not on where the
 * clone lies.
 * @param root folder of `functions/`
 * @throws {Error} esbuild's, naming file and line
 */
async function bundleFunctions<Name extends FunctionName>(
  names: readonly Name[],
  root = clone,
): Promise<Record<Name, Files>> {
  const others = names.filter((name) => name !== administrator);
  const administrators = names.filter((name) => name === administrator);
  const bundled = [
    ...(others.length > 0 ? await bundleWith(stripKafka, others, root) : []),
    ...(administrators.length > 0 ? await bundleWith(stripKafkaAdmin, administrators, root) : []),
  ];
  return Object.fromEntries(bundled) as Record<Name, Files>;
}

/** Those that share what is left out, in one go. */
async function bundleWith<Name extends FunctionName>(
  kafka: Plugin,
  names: readonly Name[],
  root: string,
): Promise<[Name, Files][]> {
  const { outputFiles } = await build({
    ...bundling,
    plugins: pluginsWith(kafka),
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: `functions/${name}/index.ts`, out: `${name}/index` })),
    outExtension: { '.js': '.mjs' },
    // Nothing is written there, but source maps name their sources as seen from it.
    outdir: 'dist/bundles',
    write: false,
  });
  const filesOf = (name: Name): Files =>
    Object.fromEntries(
      outputFiles
        .filter(({ path }) => basename(dirname(path)) === name)
        .map(({ path, text }) => [basename(path), text]),
    );
  return names.map((name) => [name, filesOf(name)]);
}

/** The same for all of them at once, which reads what they share once. */
export const bundleAll = (root?: string): Promise<Bundles> => bundleFunctions(functionNames, root);

/**
 * Writes one function as Lambda gets it: with all it needs, and what it is deployed with beside it.
 * @param folder made where it is not there
 * @throws {Error} esbuild's, naming file and line
 */
export async function bundleFunction(name: FunctionName, folder: string, deployed: Deployed): Promise<Bundle> {
  const { [name]: files } = await bundleFunctions([name]);
  await writeFiles(folder, { ...files, [settingsFile]: JSON.stringify(deployed) });
  return { folder, bytes: Buffer.byteLength(files[codeFile]!) };
}

/** @param folder made where it is not there */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(Object.entries(files).map(([file, text]) => writeFile(join(folder, file), text)));
}
