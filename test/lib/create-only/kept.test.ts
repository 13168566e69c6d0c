import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import cdk from '../../../cdk.json' with { type: 'json' };
import { refusedChanges } from '../../../lib/create-only/compare.ts';
import { messageOf } from '../../../lib/create-only/messages.ts';
import { deploy } from '../../../lib/index.ts';
import { freshPath, settingsFileOf } from '../../support/deployment.ts';
import { currentRecord } from './project.ts';

beforeEach(() => {
  vi.stubEnv('CDK_DEFAULT_ACCOUNT', '111122223333');
  vi.stubEnv('CDK_DEFAULT_REGION', 'eu-north-1');
});
afterEach(() => vi.unstubAllEnvs());

const zones = { 'availability-zones:account=111122223333:region=eu-north-1': ['eu-north-1a', 'eu-north-1b'] };

/** Synthesises a deployment, as `cdk synth` does. @param settings YAML of an `offbeat.yaml` */
async function synth(layoutFile: string, settings: string): Promise<void> {
  const app = new App({ outdir: freshPath('out'), context: { ...cdk.context, ...zones, [BUNDLING_STACKS]: [] } });
  const settingsFile = freshPath('offbeat.yaml');
  writeFileSync(settingsFile, settings);
  deploy(app, { settingsFile, layoutFile });
  app.synth();
  // The record is written after all validations, once the synth has returned.
  await Promise.resolve();
}

const layouts = new Map<string, string>();

/** Synthesises settings, then others with the layout of the first. A refusal leaves the file as it is. */
async function synthTwice(first: string, second: string): Promise<void> {
  const layoutFile = join(freshPath('app'), 'offbeat.layout.json');
  mkdirSync(dirname(layoutFile));
  const known = layouts.get(first);
  if (known === undefined) await synth(layoutFile, first);
  else writeFileSync(layoutFile, known);
  const recorded = readFileSync(layoutFile, 'utf8');
  layouts.set(first, recorded);
  try {
    await synth(layoutFile, second);
  } catch (error) {
    expect(readFileSync(layoutFile, 'utf8')).toBe(recorded);
    throw error;
  }
}

/** Settings with a VPC, a cluster, a domain, a key and SNS topics that exist already. */
const existing = readFileSync(settingsFileOf('bring-your-own'), 'utf8');

describe('the key of a deployment whose other parts exist already', () => {
  const key = / {2}key: .*\n/;
  const another = '  key: arn:aws:kms:eu-north-1:111122223333:key/0a1b2c3d-4e5f-6071-8293-ffffffffffff\n';

  it.each([
    ['changed', another],
    ['removed', ''],
  ])('cannot be %s: it encrypts objects and messages that exist', async (_how, line) => {
    const refusal = await synthTwice(existing, existing.replace(key, line)).catch(String);
    expect(refusal).toMatch(
      /Decided by deployment\.key: BucketEncryption of Offbeat-State\/LedgerObjects\w+ .*existing objects stay encrypted with the old key.*Go back to the recorded value of deployment\.key/s,
    );
    expect(refusal).toMatch(/KMSMasterKeyId of Offbeat-State\/LedgerTable/);
    expect(refusal).toMatch(/KmsMasterKeyId of Offbeat\/OffbeatFanOutDeadLetters/);
  });
});

describe('the SNS topics of a deployment that created them', () => {
  const topics = / {2}al(ert|arm)Topic: .*\n/g;

  it('cannot be replaced by existing ones: their subscriptions would be lost', async () => {
    const refusal = await synthTwice(existing.replace(topics, ''), existing).catch(String);
    expect(refusal).toMatch(
      /Offbeat\/OffbeatFanOutTopic\w+ \(AWS::SNS::Topic\) is in no template any more\. It would be deleted or abandoned, with its subscriptions/,
    );
    expect(refusal).toMatch(/Offbeat\/OffbeatMonitoringTopic\w+ \(AWS::SNS::Topic\) is in no template any more/);
    expect(refusal).not.toContain('replaced');
  });
});

describe('what a deployment creates for messages and requests', () => {
  const recorded = currentRecord('bring-your-own');
  const types = ['AWS::SQS::Queue', 'AWS::ApiGatewayV2::Api'];
  const holders = Object.entries(recorded).filter(([, { type }]) => types.includes(type));

  it('is recorded: every queue, the HTTP API, and that of the page', () => {
    expect(holders.map(([, { type }]) => type).sort()).toEqual([types[1], types[1], ...Array(11).fill(types[0])]);
  });

  it.each(holders.map(([id]) => id))('cannot lose %s', (id) => {
    const { [id]: _, ...left } = recorded;
    const messages = refusedChanges(recorded, left).map((change) => messageOf(change, { file: 'f', entry: 'e' }));
    expect(messages).toHaveLength(1);
    expect(messages[0]!.description).toMatch(/ with (the messages in it|its address)$/);
  });
});
