import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionNames } from '../../functions/functions.ts';
import packageJson from '../../package.json' with { type: 'json' };
import nodePackage from '../../tools/node/package.json' with { type: 'json' };
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
  // A first run downloads everything that the package depends on.
}, 300_000);
afterAll(() => rmSync(directory, { recursive: true }));

describe('the tarball', () => {
  it('contains every bundle, and no removed function', () => {
    const bundles = functionNames.flatMap((name) => [
      `dist/bundles/${name}/index.mjs`,
      `dist/bundles/${name}/index.mjs.map`,
    ]);
    const ofApi = 'dist/bundles/api/openapi.json';
    expect(packed.files.filter((path) => path.startsWith('dist/bundles/')).sort()).toEqual([...bundles, ofApi].sort());
  });

  it('contains neither tests, sources, settings nor hidden files', () => {
    const strays = packed.files.filter(
      (path) => /(^|\/)(test|bench|node_modules|\.[^/]*)(\/|$)|\.test\.|offbeat\.yaml$/.test(path) || isSource(path),
    );
    expect(strays).toEqual([]);
  });

  // `prepare` runs in a clone, and where the package is installed from Git: never where it is installed from a tarball.
  it('has no script that npm runs, or asks to approve, where it is installed', () => {
    const { scripts } = JSON.parse(readFileSync(join(consumer.package, 'package.json'), 'utf8'));
    const installScripts = ['preinstall', 'install', 'postinstall', 'prepublish'];
    expect(Object.keys(scripts).filter((name) => installScripts.includes(name))).toEqual([]);
  });

  it('contains no path of the machine that packed it', () => {
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
        sources.filter(
          (source) => !/^(\.\.\/\.\.\/\.\.\/((functions|lib|node_modules)\/|package\.json$)|strip-)/.test(source),
        ),
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
  it('shares its copy of CDK, without which constructs would not be recognised', () => {
    expect(existsSync(join(consumer.package, 'node_modules'))).toBe(false);
    expect(packageJson.dependencies).not.toHaveProperty('constructs');
  });

  it('does not get the build tools of the package', () => {
    expect(readdirSync(join(consumer.folder, 'node_modules'))).not.toContain('esbuild');
  });

  it('gets no Node, and runs under its own', () => {
    const installed = readdirSync(join(consumer.folder, 'node_modules'));
    const nodes = ['node', 'offbeat-node', ...Object.keys(nodePackage.optionalDependencies)];
    expect(installed.filter((name) => nodes.includes(name))).toEqual([]);
    expect(readdirSync(join(consumer.folder, 'node_modules/.bin'))).not.toContain('node');
  });

  it('synthesises Offbeat', async () => {
    consumer.write('offbeat.yaml', 'cluster: { name: prod }\n');
    consumer.write(
      'app.js',
      `import { App, Stack } from 'aws-cdk-lib';
       import { loadSettings, Offbeat, recordLayout } from 'offbeat';
       const app = new App();
       const stack = new Stack(app, 'Mine');
       new Offbeat(stack, 'Offbeat', { settings: loadSettings('offbeat.yaml') });
       recordLayout('offbeat.layout.json', 'Mine', stack);
       app.synth();`,
    );
    await consumer.node('app.js');
    const types = Object.values(template('Mine').Resources).map(({ Type }) => Type);
    expect(types).toEqual(
      expect.arrayContaining(['AWS::MSK::Cluster', 'AWS::OpenSearchService::Domain', 'AWS::DynamoDB::Table']),
    );
    const recorded = JSON.parse(readFileSync(join(consumer.folder, 'offbeat.layout.json'), 'utf8'));
    expect(Object.keys(recorded)).toEqual(['111122223333/eu-north-1/Mine']);
  });

  it('gets functions with their code and their settings', () => {
    const functions = Object.values(template('Mine').Resources).filter(
      ({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties.Runtime === 'nodejs24.x',
    );
    const ours = functions.map(({ Properties }) =>
      join(consumer.folder, 'cdk.out', `asset.${Properties.Code!.S3Key.replace('.zip', '')}`),
    );
    const folders = ours.filter((folder) => existsSync(join(folder, 'offbeat.json')));
    // MSK creates its topics itself, and the settings name no target: neither `set-up-kafka` nor the two that collect; and no `page`.
    expect(folders).toHaveLength(functionNames.length - 4);
    for (const folder of folders) {
      const files = readdirSync(folder).filter((file) => file !== 'openapi.json');
      expect(files.sort()).toEqual(['index.mjs', 'index.mjs.map', 'offbeat.json']);
      expect(JSON.parse(readFileSync(join(folder, 'offbeat.json'), 'utf8')).settings.cluster.name).toBe('prod');
    }
  });

  it('finds the types of every export', async () => {
    consumer.write(
      'app.ts',
      `import { App, Duration, Stack } from 'aws-cdk-lib';
       import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
       import {
         deploy, type FanOut, loadSettings, type MetricName, Network, Offbeat, type OffbeatApi, type OffbeatProps, type PartitionCounts,
         recordLayout, type WatchedBrokers,
       } from 'offbeat';
       const app = new App();
       const stack = new Stack(app, 'Mine');
       const network = new Network(stack, 'Network', { egress: 'nat' });
       const offbeat = new Offbeat(stack, 'Offbeat', {
         settings: loadSettings(undefined),
         network,
         window: Duration.seconds(1),
       });
       export const partitions: PartitionCounts = offbeat.partitions;
       recordLayout('offbeat.layout.json', 'Mine', stack);
       export const { api, fanOut }: { api: OffbeatApi; fanOut: FanOut } = offbeat;
       export const topic: string = fanOut.topic.topicArn;
       api.grantRead(new Role(stack, 'OnCall', { assumedBy: new AccountRootPrincipal() }));
       const counter: MetricName = 'dead_letters';
       export const watched: WatchedBrokers = offbeat.dataHub!;
       export const metrics = [offbeat.metricCounter(counter), offbeat.metricCanaryAge(), offbeat.metricAge('stage_age_seconds', { stage: 'alert' }), api.metricServerErrors()];
       export const stacks = deploy(app, { name: 'Whole' });
       // @ts-expect-error: were nothing found, all would be allowed
       export const props: OffbeatProps = { window: 1 };`,
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
  readonly Properties: { readonly Runtime?: string; readonly Code?: { readonly S3Key: string } };
}

/** Returns the template that was synthesised last for this stack. */
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
    expect(rows[0]).toBe('timestamp,value,score,alarm,page,anomaly');
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

  it('starts with the bundled recording', async () => {
    consumer.write(
      'recording.js',
      `import { bundledRecording } from './node_modules/offbeat/dist/bin/commands/start.js';
       process.stdout.write(bundledRecording);`,
    );
    const recording = await consumer.node('recording.js');
    expect(readFileSync(recording)).toEqual(readFileSync(join(clone, 'events/recordings/cluster-load.ndjson.gz')));
  });
});
