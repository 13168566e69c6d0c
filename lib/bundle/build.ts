import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { documentFile } from '../../functions/api/document-file.ts';
import { openApiDocument } from '../../functions/api/openapi.ts';
import { apiRoutes } from '../../functions/api/routes/routes.ts';
import { type FunctionName, functionNames } from '../../functions/functions.ts';
import type { Deployed } from '../../functions/shared/handler/deployed.ts';
import { type Bundles, codeFile, type Files, settingsFile } from './bundle.ts';
import {
  stripAnswers,
  stripCredentials,
  stripDebug,
  stripDescriptions,
  stripEventStreams,
  stripKafka,
  stripKafkaAdmin,
  stripKafkaCollector,
  stripOpenSearch,
  stripPackageFiles,
  stripS3,
  stripZod,
} from './strip-unused.ts';

/** A folder with the code of a function, as Lambda unpacks it. */
export interface Bundle {
  readonly folder: string;
  /** The bytes of the code, without its source map. */
  readonly bytes: number;
}

const clone = join(import.meta.dirname, '../..');

// Some packages call `require` for modules of Node; an ECMAScript module has no `require`.
const banner = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/**
 * The options of esbuild for a function. CDK's own bundling runs esbuild's command line, which accepts no plugins, and
 * without plugins most functions are larger than 1 MB (docs/decisions/0007-bundled-by-our-own-esbuild.md).
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
    '@platformatic/wasm-utils': join(import.meta.dirname, 'no-compression.ts'),
    'ajv/dist/2020.js': join(import.meta.dirname, 'no-validation.ts'),
    json11: join(import.meta.dirname, 'no-long-numerals.ts'),
  },
  plugins: pluginsWith(stripKafka),
  logLevel: 'silent',
} satisfies BuildOptions;

function pluginsWith(kafka: Plugin): Plugin[] {
  return [
    kafka,
    stripOpenSearch,
    stripPackageFiles,
    stripS3,
    stripCredentials,
    stripDebug,
    stripZod,
    stripAnswers,
    stripDescriptions,
    stripEventStreams,
  ];
}

/** The functions that send brokers more kinds of requests than to append. */
const kafkaOf: Readonly<Partial<Record<FunctionName, Plugin>>> = {
  'set-up-kafka': stripKafkaAdmin,
  collect: stripKafkaCollector,
};

/**
 * Bundles functions, each with everything that it imports. The result depends on the contents of the files alone, and not
 * on the path of the clone.
 * @param root folder that contains `functions/`
 * @throws {Error} of esbuild, naming file and line
 */
async function bundleFunctions<Name extends FunctionName>(
  names: readonly Name[],
  root = clone,
): Promise<Record<Name, Files>> {
  const bundled: [Name, Files][] = [];
  for (const [kafka, group] of Map.groupBy(names, (name) => kafkaOf[name] ?? stripKafka)) {
    bundled.push(...(await bundleWith(kafka, group, root)));
  }
  return Object.fromEntries(bundled) as Record<Name, Files>;
}

/** Bundles functions that leave out the same parts of the Kafka client, in one run of esbuild. */
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
    // Nothing is written there; source maps name their sources relative to it.
    outdir: 'dist/bundles',
    write: false,
  });
  const filesOf = (name: Name): Files =>
    Object.fromEntries(
      outputFiles
        .filter(({ path }) => basename(dirname(path)) === name)
        .map(({ path, text }) => [basename(path), text]),
    );
  return names.map((name) => [name, { ...filesOf(name), ...documentsOf(name) }]);
}

/** Returns the files of a function beside its code: the description of the API, which is made of schemas that no bundle has. */
const documentsOf = (name: FunctionName): Files =>
  name === 'api' ? { [documentFile]: JSON.stringify(openApiDocument(apiRoutes)) } : {};

/** Bundles every function. It reads modules that several functions import once. */
export const bundleAll = (root?: string): Promise<Bundles> => bundleFunctions(functionNames, root);

/**
 * Writes the folder of one function as Lambda unpacks it: its code, and the settings and layout beside it.
 * @param folder created if it does not exist
 * @throws {Error} of esbuild, naming file and line
 */
export async function bundleFunction(name: FunctionName, folder: string, deployed: Deployed): Promise<Bundle> {
  const { [name]: files } = await bundleFunctions([name]);
  await writeFiles(folder, { ...files, [settingsFile]: JSON.stringify(deployed) });
  return { folder, bytes: Buffer.byteLength(files[codeFile]!) };
}

/**
 * Writes files into a folder.
 * @param folder created if it does not exist
 */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(Object.entries(files).map(([file, text]) => writeFile(join(folder, file), text)));
}
