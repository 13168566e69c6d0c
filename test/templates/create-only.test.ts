import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  clusterType,
  clusterUpdates,
  createOnly,
  updatesOf,
  versionProperties,
} from '../../lib/create-only/properties.ts';
import { freshPath, settingsFileOf } from '../support/deployment.ts';
import { type ProviderSchema, providerSchemas } from './linters.ts';

describe('the table of create-only properties', () => {
  let schemas: ReadonlyMap<string, ProviderSchema> = new Map();
  beforeAll(async () => {
    schemas = await providerSchemas(Object.keys(createOnly));
  });
  const pathsOf = (pointers: readonly string[] = []): string[] =>
    pointers.map((pointer) => pointer.replace('/properties/', '')).sort();

  it.each(Object.keys(createOnly))('is that of the provider of %s', (type) => {
    const { properties, conditional } = createOnly[type]!;
    const { createOnlyProperties, conditionalCreateOnlyProperties } = schemas.get(type)!;
    expect([...properties].sort()).toEqual(pathsOf(createOnlyProperties));
    expect([...conditional].sort()).toEqual(pathsOf(conditionalCreateOnlyProperties));
  });

  it.each(Object.keys(updatesOf))('has updates of %s by properties that exist and are not create-only', (type) => {
    const { properties, createOnlyProperties } = schemas.get(type)!;
    const paths = Object.values(updatesOf[type]!).flat();
    for (const path of paths) expect(Object.keys(properties)).toContain(path.split('/')[0]);
    expect(pathsOf(createOnlyProperties).filter((path) => paths.includes(path))).toEqual([]);
    const version = versionProperties[type];
    if (version !== undefined) expect(paths).toContain(version);
  });

  it('has an update for each property of the cluster that is not create-only, but for its tags', () => {
    const { properties, readOnlyProperties, definitions } = schemas.get(clusterType)!;
    const known = [...createOnly[clusterType]!.properties, ...Object.values(clusterUpdates).flat()];
    const covered = [...known, ...pathsOf(readOnlyProperties)];
    const inGroups = Object.keys(definitions.BrokerNodeGroupInfo!.properties).map(
      (name) => `BrokerNodeGroupInfo/${name}`,
    );
    const missing = [...Object.keys(properties), ...inGroups].filter(
      (name) => !covered.some((path) => path === name || path.startsWith(`${name}/`)),
    );
    expect(missing).toEqual(['Tags']);
  });
});

describe('npx cdk synth', () => {
  const root = join(import.meta.dirname, '../..');
  const minimal = readFileSync(settingsFileOf('minimal'), 'utf8');

  it('ends with 1 and says what would be replaced, when a key is added to a deployment', async () => {
    const folder = freshPath('app');
    mkdirSync(folder);
    const cdk = cdkSynth(root, folder);
    writeFileSync(join(folder, 'offbeat.yaml'), `${minimal}${zones}`);
    expect(await cdk()).toMatchObject({ code: 0 });
    const key = 'arn:aws:kms:eu-north-1:111122223333:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9';
    writeFileSync(join(folder, 'offbeat.yaml'), `${minimal}${zones}  key: ${key}\n`);
    const { code, stderr } = await cdk();
    expect(code).toBe(1);
    expect(stderr).toMatch(/DataHubCluster\w+ \(AWS::MSK::Cluster\) would be replaced: deleted or abandoned/);
    expect(stderr).toMatch(/Suggested fix: Go back to the recorded EncryptionInfo\/EncryptionAtRest/);
  });
});

/** The zones, which `cdk` would else look up, as the end of the part `deployment`. */
const zones = '  zones: [eu-north-1a, eu-north-1b]\n';

/** Returns a function that synthesises the `offbeat.yaml` of a folder, for an account and a region, without credentials. */
function cdkSynth(root: string, folder: string): () => Promise<{ code: number; stderr: string }> {
  const target = 'CDK_DEFAULT_ACCOUNT=111122223333 CDK_DEFAULT_REGION=eu-north-1';
  const app = `env ${target} ${process.execPath} ${join(root, 'bin/app.ts')}`;
  const context = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')).context;
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ context }));
  const quiet = { CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: 'true' };
  const env = { ...process.env, ...quiet, AWS_EC2_METADATA_DISABLED: 'true', NO_COLOR: '1' };
  const options = { cwd: folder, env };
  const args = [
    'synth',
    '--quiet',
    '--no-notices',
    '--app',
    app,
    '--context',
    `settings=${join(folder, 'offbeat.yaml')}`,
  ];
  return async () => {
    try {
      const { stderr } = await promisify(execFile)(join(root, 'node_modules/.bin/cdk'), args, options);
      return { code: 0, stderr };
    } catch (error) {
      const { code, stderr, stdout } = error as { code: number; stderr: string; stdout: string };
      return { code, stderr: `${stderr}${stdout}` };
    }
  };
}
