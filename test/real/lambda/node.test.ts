import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lambda } from '../../../lib/bundle/bundle.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { lambdaNode } from './lambda-function.ts';

const run = promisify(execFile);
const clone = join(import.meta.dirname, '../../..');

describe("Lambda's Node, which is older than the clone's", () => {
  const directory = mkdtempSync(join(tmpdir(), 'offbeat-lambda-node-'));
  let node: string;
  // It is downloaded at its first use on a machine.
  beforeAll(async () => {
    node = await lambdaNode();
  }, 300_000);
  afterAll(() => rmSync(directory, { recursive: true }));

  it('has the major version of the deployed runtime, and is the oldest that engines allow', async () => {
    const { stdout } = await run(node, ['--version']);
    const major = /^v(\d+)\./.exec(stdout)?.[1];
    expect(lambda.runtime).toBe(`nodejs${major}.x`);
    expect(packageJson.engines.node).toBe(`>=${major}`);
  });

  it('replays the recording through the command line', async () => {
    const recording = join(clone, 'events/recordings/cluster-load.ndjson.gz');
    const args = ['bin/offbeat.js', 'replay', recording, '--data', directory, '--json'];
    const { stdout } = await run(node, args, { cwd: clone, maxBuffer: 100_000_000 });
    expect(JSON.parse(stdout)).toMatchObject({ deadLetters: 0, alerts: 6 });
  });
});
