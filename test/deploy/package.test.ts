import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionNames } from '../../lib/bundle/bundle.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { Consumer, type Packed, pack } from './consumer.ts';

const clone = join(import.meta.dirname, '../..');
const directory = realpathSync(mkdtempSync(join(tmpdir(), 'offbeat-package-')));
let packed: Packed;
let consumer: Consumer;

beforeAll(async () => {
  packed = await pack(directory);
  consumer = await Consumer.install(join(directory, 'consumer'), packed);
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const { files, bytes, unpackedBytes } = packed;
  console.log(`the tarball: ${files.length} files, ${megabytes(bytes)}, unpacked ${megabytes(unpackedBytes)}`);
  // A first run fetches all that the package depends on.
}, 300_000);
afterAll(() => rmSync(directory, { recursive: true }));

describe('the tarball', () => {
  it('holds every bundle, and no function that is gone', () => {
    const bundles = functionNames.flatMap((name) => [
      `dist/bundles/${name}/index.mjs`,
      `dist/bundles/${name}/index.mjs.map`,
    ]);
    expect(packed.files.filter((path) => path.startsWith('dist/bundles/')).sort()).toEqual(bundles.sort());
  });

  it('holds neither tests, sources, settings nor anything hidden', () => {
    const strays = packed.files.filter(
      (path) => /(^|\/)(test|bench|node_modules|\.[^/]*)(\/|$)|\.test\.|offbeat\.yaml$/.test(path) || isSource(path),
    );
    expect(strays).toEqual([]);
  });

  it('names no place on the machine that packed it', () => {
    const naming = globSync('**', { cwd: consumer.package, exclude: ['node_modules'], withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((path) => readFileSync(path).includes(clone));
    expect(naming).toEqual([]);
  });

  it('has source maps that name sources from the root of the package', () => {
    for (const name of functionNames) {
      const text = readFileSync(join(consumer.package, 'dist/bundles', name, 'index.mjs.map'), 'utf8');
      const { sources, sourcesContent }: SourceMap = JSON.parse(text);
      expect(sources).toContain(`../../../functions/${name}/index.ts`);
      expect(
        sources.filter((source) => !/^(\.\.\/\.\.\/\.\.\/(functions|lib|node_modules)\/|lean-)/.test(source)),
      ).toEqual([]);
      expect(sourcesContent).toBeUndefined();
    }
  });
});

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly string[];
}

const isSource = (path: string): boolean => path.endsWith('.ts') && !path.endsWith('.d.ts');

describe('a CDK app that has it installed', () => {
  it('shares its copy of CDK, without which no construct is one', () => {
    expect(existsSync(join(consumer.package, 'node_modules'))).toBe(false);
    expect(packageJson.dependencies).not.toHaveProperty('constructs');
  });

  it('does not get the tools that made it', () => {
    expect(readdirSync(join(consumer.folder, 'node_modules'))).not.toContain('esbuild');
  });

  it('synthesises Offbeat', async () => {
    consumer.write(
      'app.js',
      `import { App, Stack } from 'aws-cdk-lib';
       import { Offbeat, settingsSchema } from 'offbeat';
       const app = new App();
       const settings = settingsSchema.parse({ cluster: { name: 'prod' } });
       new Offbeat(new Stack(app, 'Mine'), 'Offbeat', { settings });
       app.synth();`,
    );
    await consumer.node('app.js');
    const types = Object.values(template('Mine').Resources).map(({ Type }) => Type);
    expect(types).toEqual(expect.arrayContaining(['AWS::DynamoDB::GlobalTable', 'AWS::SNS::Topic', 'AWS::SQS::Queue']));
  });

  it('gets functions with their code and what they are deployed with', async () => {
    // Not exported: this is how Offbeat's own constructs ask for it.
    consumer.write(
      'functions.js',
      `import { App, Stack } from 'aws-cdk-lib';
       import { Function, Runtime } from 'aws-cdk-lib/aws-lambda';
       import { functionNames, lambda } from './node_modules/offbeat/dist/lib/bundle/bundle.js';
       import { functionCode } from './node_modules/offbeat/dist/lib/bundle/function-code.js';
       import { defaultLayout } from './node_modules/offbeat/dist/functions/shared/domain/settings.js';
       const app = new App();
       const stack = new Stack(app, 'Functions');
       for (const name of functionNames) {
         const code = functionCode(name, { settings: { cluster: { name: 'prod' } }, layout: defaultLayout });
         new Function(stack, name, { runtime: Runtime.NODEJS_24_X, handler: lambda.handler, code });
       }
       app.synth();`,
    );
    await consumer.node('functions.js');
    const functions = Object.values(template('Functions').Resources).filter(
      ({ Type }) => Type === 'AWS::Lambda::Function',
    );
    expect(functions).toHaveLength(functionNames.length);
    for (const { Properties } of functions) {
      const folder = join(consumer.folder, 'cdk.out', `asset.${Properties.Code!.S3Key.replace('.zip', '')}`);
      expect(Properties.Handler).toBe('index.handler');
      expect(readdirSync(folder).sort()).toEqual(['index.mjs', 'index.mjs.map', 'offbeat.json']);
      expect(JSON.parse(readFileSync(join(folder, 'offbeat.json'), 'utf8')).settings.cluster.name).toBe('prod');
    }
  });

  it('finds the types of all that is exported', async () => {
    consumer.write(
      'app.ts',
      `import { App, Stack } from 'aws-cdk-lib';
       import { loadSettings, Offbeat, type OffbeatProps, OffbeatStack, type Settings } from 'offbeat';
       const settings: Settings = loadSettings(undefined);
       const app = new App();
       new OffbeatStack(app, 'Whole', { settings, env: { region: 'eu-central-1' } });
       const offbeat = new Offbeat(new Stack(app, 'Mine'), 'Offbeat', { settings });
       export const topic: string = offbeat.fanOut.topic.topicArn;
       // @ts-expect-error: were nothing found, all would be allowed
       export const props: OffbeatProps = { settings: 1 };`,
    );
    const compilerOptions = {
      module: 'nodenext',
      target: 'esnext',
      strict: true,
      noEmit: true,
      types: [],
    };
    consumer.write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['app.ts'] }));
    expect(await consumer.typecheck()).toBe('');
  });
});

interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly Handler?: string; readonly Code?: { readonly S3Key: string } };
}

/** What was synthesised last as this stack. */
function template(stack: string): Template {
  return JSON.parse(readFileSync(join(consumer.folder, 'cdk.out', `${stack}.template.json`), 'utf8'));
}

describe('the command line of the installed package', () => {
  it('shows its help and its version', async () => {
    expect(await consumer.offbeat('--help')).toMatch(/^ {2}start /m);
    expect(await consumer.offbeat('--version')).toBe(`${packageJson.version}\n`);
  });

  it('scores a CSV', async () => {
    consumer.write('series.csv', 'timestamp,value\n1,10\n2,11\n3,10\n');
    const rows = (await consumer.offbeat('detect', 'series.csv')).trimEnd().split('\n');
    expect(rows[0]).toBe('timestamp,value,score,alarm,anomaly');
    expect(rows).toHaveLength(4);
  });

  it('replays a recording', async () => {
    const lines = gunzipSync(readFileSync(join(clone, 'events/recordings/cluster-load.ndjson.gz')))
      .toString()
      .split('\n');
    consumer.write('short.ndjson', lines.slice(0, 200).join('\n'));
    const { documents, deadLetters } = JSON.parse(await consumer.offbeat('replay', 'short.ndjson', '--json'));
    expect({ documents, deadLetters }).toEqual({ documents: 200, deadLetters: 0 });
  });

  it('starts with the recording that comes along', async () => {
    consumer.write(
      'recording.js',
      `import { bundledRecording } from './node_modules/offbeat/dist/bin/commands/start.js';
       process.stdout.write(bundledRecording);`,
    );
    const recording = await consumer.node('recording.js');
    expect(readFileSync(recording)).toEqual(readFileSync(join(clone, 'events/recordings/cluster-load.ndjson.gz')));
  });
});
