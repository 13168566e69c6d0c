import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploymentNames } from '../support/deployment.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'offbeat-clone-'));
const clone = join(folder, 'offbeat');

/** The environment of a shell that knows no account: AWS's tools find no credentials, and ask nobody for any. */
const env = {
  PATH: process.env.PATH,
  HOME: folder,
  AWS_EC2_METADATA_DISABLED: 'true',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  CDK_DISABLE_VERSION_CHECK: 'true',
  NO_COLOR: '1',
};

/** Runs a command in the clone. */
const inClone = (command: string, ...args: readonly string[]) =>
  run(command, args, { cwd: clone, env, timeout: 110_000 });

let cloned: readonly string[];

// What is not committed is not in a clone. What npm installs is the same: package-lock.json names it.
beforeAll(async () => {
  await run('git', ['clone', '--quiet', '--local', root, clone]);
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
  // As `npm ci` does after it has installed the packages.
  await inClone('npm', 'run', '--silent', 'prepare');
  cloned = readdirSync(clone);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a fresh clone without an account', () => {
  it('has no file that belongs to a deployment', () => {
    expect(cloned).not.toContain('offbeat.yaml');
    expect(cloned).not.toContain('offbeat.layout.json');
    expect(cloned).not.toContain('cdk.context.json');
  });

  it.each(deploymentNames)('synthesises %s as docs/deploy.md says, whatever was synthesised before', async (name) => {
    await inClone('cp', `docs/deployments/${name}.yaml`, 'offbeat.yaml');
    await inClone('npx', '--no-install', 'cdk', 'synth', '--quiet', '--no-notices');
    expect(readdirSync(join(clone, 'cdk.out'))).toContain('Offbeat.template.json');
  });

  it('has no new file but the settings and the templates: without an account no layout is recorded', () => {
    expect(readdirSync(clone).filter((name) => !cloned.includes(name))).toEqual(['cdk.out', 'offbeat.yaml']);
  });
});
