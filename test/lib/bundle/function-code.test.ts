import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FunctionName, functionNames } from '../../../functions/functions.ts';
import { readPageFiles } from '../../../functions/page/page-files.ts';
import { type Deployed, readDeployed } from '../../../functions/shared/handler/deployed.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { lambda } from '../../../lib/bundle/bundle.ts';
import { bundleInChild, functionCode } from '../../../lib/bundle/function-code.ts';

/** A folder that stays: CDK remembers TMPDIR for the whole process, which also runs other files, in any order. */
const directory = resolve(import.meta.dirname, '../../../node_modules/.cache/offbeat-test-code');
beforeAll(() => {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  vi.stubEnv('TMPDIR', directory);
});
afterAll(() => vi.unstubAllEnvs());

const deployed = (cluster: string): Deployed => ({ settings: { cluster: { name: cluster } }, layout: defaultLayout });

interface Uploaded {
  readonly hash: string;
  readonly folder: string;
}

/** Synthesises a stack with these functions. @returns what would be uploaded of each */
function synth(names: readonly FunctionName[], { cluster = 'prod', context = {} } = {}): Uploaded[] {
  const app = new App({ context: { 'aws:cdk:enable-asset-metadata': true, ...context } });
  const stack = new Stack(app, 'Test');
  for (const name of names) {
    new NodejsFunction(stack, name, {
      runtime: Runtime.NODEJS_24_X,
      handler: lambda.handler,
      code: functionCode(name, deployed(cluster)),
    });
  }
  const { directory: outdir } = app.synth();
  const functions = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
  return functions.map(({ Properties, Metadata }) => ({
    hash: String(Properties.Code.S3Key),
    folder: resolve(outdir, Metadata['aws:asset:path']),
  }));
}

const hashes = (uploaded: readonly Uploaded[]): string[] => uploaded.map(({ hash }) => hash);
const filesOf = ([uploaded]: readonly Uploaded[]): string[] => readdirSync(uploaded!.folder).sort();
const whole = ['index.mjs', 'index.mjs.map', 'offbeat.json'];

/** A clone whose functions are one line each. @param normalise the source of one of them */
function cloneAt(path: string, normalise: string): string {
  for (const name of functionNames) {
    const folder = join(directory, path, 'functions', name);
    const source = `export const handler = (): string => '${name}';\n`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.ts'), name === 'normalise' ? normalise : source);
  }
  return join(directory, path);
}

describe('the code of a function', () => {
  it('is its bundle, with its settings and layout beside it', () => {
    const uploaded = synth(['notify']);
    expect(filesOf(uploaded)).toEqual(whole);
    expect(readDeployed(uploaded[0]!.folder).settings.cluster.name).toBe('prod');
  });

  it('of the page has its files beside it, as they were built', () => {
    const [{ folder }] = synth(['page']) as [Uploaded];
    const files = readPageFiles(join(folder, 'web'))!;
    expect([...files.keys()].filter((path) => !path.startsWith('/assets/')).sort()).toEqual([
      '/icon.svg',
      '/index.html',
      '/theme.js',
    ]);
    const font = [...files].find(([path]) => path.endsWith('.woff2'))!;
    expect(font[1].body).toEqual(readFileSync(join(import.meta.dirname, '../../../dist/web', font[0])));
  });

  it('has the same hash in two synths of the same sources', () => {
    expect(hashes(synth(['notify', 'api']))).toEqual(hashes(synth(['notify', 'api'])));
  });

  it('has a different hash for each function and for other settings', () => {
    const all = [...synth(['notify', 'api']), ...synth(['notify', 'api'], { cluster: 'test' })];
    expect(new Set(hashes(all)).size).toBe(4);
  });

  it('leaves no temporary files', () => {
    const others = (): string[] => readdirSync(directory).filter((name) => !name.startsWith('cdk.out'));
    const before = others();
    synth(['notify']);
    expect(others()).toEqual(before);
  });

  it('stays in the temporary folder where asset staging is disabled', () => {
    const uploaded = synth(['notify'], { context: { 'aws:cdk:disable-asset-staging': true } });
    expect(filesOf(uploaded)).toEqual(whole);
  });

  it('is not bundled for a stack that cdk does not ask for', () => {
    const uploaded = synth(['notify'], { context: { 'aws:cdk:bundling-stacks': ['Another'] } });
    expect(filesOf(uploaded)).toEqual(['offbeat.json']);
  });
});

describe('bundling', () => {
  it('gives the same result in any folder', () => {
    const source = "export const handler = (): string => 'normalise';\n";
    expect(bundleInChild(cloneAt('here', source))).toEqual(bundleInChild(cloneAt('far/away', source)));
  });

  it('names file and line of code that cannot be bundled', () => {
    const root = cloneAt('broken', "export const one = 1;\nimport './nowhere.ts';\n");
    expect(() => bundleInChild(root)).toThrow(
      'functions/normalise/index.ts:2:7: ERROR: Could not resolve "./nowhere.ts"',
    );
  });
});
