import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deploy } from '../../lib/deploy.ts';
import { freshPath } from '../support/deployment.ts';

const key = '111122223333/eu-north-1/Offbeat';
beforeEach(() => {
  vi.stubEnv('CDK_DEFAULT_ACCOUNT', '111122223333');
  vi.stubEnv('CDK_DEFAULT_REGION', 'eu-north-1');
});
afterEach(() => vi.unstubAllEnvs());

/** Returns a layout file that has a part of the deployment's entry. */
function layoutWith(entry: Readonly<Record<string, string>>): string {
  const file = freshPath('layout.json');
  writeFileSync(file, JSON.stringify({ [key]: entry }));
  return file;
}

/** Makes the constructs of a deployment in an existing VPC. @param keys lines of `deployment`, beside the VPC */
function deployWith(layoutFile: string, ...keys: readonly string[]): App {
  const vpc = 'vpc: { id: vpc-0a1b2c3d, zones: [a, b], subnets: [subnet-0a1b2c3d, subnet-0a1b2c3e] }';
  const settingsFile = freshPath('offbeat.yaml');
  writeFileSync(settingsFile, ['deployment:', ...[vpc, ...keys].map((line) => `  ${line}`)].join('\n'));
  const app = new App({ outdir: freshPath('out'), context: { [BUNDLING_STACKS]: [] } });
  deploy(app, { settingsFile, layoutFile });
  return app;
}

async function synthWith(layoutFile: string, ...keys: readonly string[]): Promise<void> {
  deployWith(layoutFile, ...keys).synth();
  // What a synth records is written once it has returned.
  await Promise.resolve();
}

const arnOf = (name: string): string => `arn:aws:kafka:eu-north-1:111122223333:cluster/${name}/0a1b-2`;
const clusterOf = (name: string): string => `kafka: { cluster: '${arnOf(name)}', securityGroup: sg-0a1b2c3d }`;
const brokers = "kafka: { brokers: ['k:9094'], login: none, securityGroup: sg-0a1b2c3d }";
const [created, others] = ['the created cluster', 'brokers that are not of MSK'];

const domainArnOf = (name: string): string => `arn:aws:es:eu-north-1:111122223333:domain/${name}`;
const domainOf = (name: string): string =>
  `domain: { endpoint: 'https://vpc-${name}.eu-north-1.es.amazonaws.com', arn: '${domainArnOf(name)}', ` +
  "securityGroup: sg-0a1b2c3e, setUpRole: 'arn:aws:iam::111122223333:role/set-up' }";

describe('the Kafka that a deployment reads', () => {
  it.each([
    { before: arnOf('beats'), now: arnOf('logs'), settings: clusterOf('logs') },
    { before: arnOf('beats'), now: created, settings: '' },
    { before: created, now: arnOf('beats'), settings: clusterOf('beats') },
    { before: arnOf('beats'), now: others, settings: brokers },
    { before: others, now: arnOf('beats'), settings: clusterOf('beats') },
  ])('cannot change from $before to $now', ({ before, now, settings }) => {
    const refused = () => deployWith(layoutWith({ kafka: before }), settings);
    expect(refused).toThrow(`deployment.kafka: created with ${before}, now ${now}: the ledger counts`);
    expect(refused).toThrow(`Go back to ${before}.`);
    expect(refused).toThrow(`delete "kafka" of "${key}"`);
  });

  it('may have other addresses, if the brokers are not of MSK', () => {
    const moved = brokers.replace('k:9094', 'other:9094');
    expect(() => deployWith(layoutWith({ kafka: others }), moved)).not.toThrow();
  });

  it('is recorded by a synth that passes', async () => {
    const file = freshPath('layout.json');
    await synthWith(file, clusterOf('beats'));
    expect(JSON.parse(readFileSync(file, 'utf8'))[key].kafka).toBe(arnOf('beats'));
  });

  it('is neither recorded nor compared without an account', async () => {
    vi.stubEnv('CDK_DEFAULT_ACCOUNT', '');
    const file = freshPath('layout.json');
    await synthWith(file, clusterOf('beats'));
    expect(existsSync(file)).toBe(false);
    expect(() => deployWith(layoutWith({ kafka: arnOf('beats') }), clusterOf('logs'))).not.toThrow();
  });
});

describe('the domain that has the history', () => {
  const createdDomain = 'the created domain';

  it.each([
    { before: domainArnOf('logs'), now: createdDomain, settings: '' },
    { before: createdDomain, now: domainArnOf('logs'), settings: domainOf('logs') },
    { before: domainArnOf('logs'), now: domainArnOf('other'), settings: domainOf('other') },
  ])(
    'cannot change from $before to $now, and the refusal says how to do it on purpose',
    ({ before, now, settings }) => {
      const refused = () => deployWith(layoutWith({ domain: before }), settings);
      expect(refused).toThrow(
        `deployment.domain: created with ${before}, now ${now}: samples, summaries and alerts of the past`,
      );
      expect(refused).toThrow(/docs\/deploy\.md, Another domain.*delete "domain" of/s);
    },
  );

  it.each([createdDomain, domainArnOf('logs')])('is not given up for no warehouse by a word alone: %s', (before) => {
    const refused = () => deployWith(layoutWith({ domain: before }), 'warehouse: none');
    expect(refused).toThrow(`deployment.warehouse: created with ${before}, now no warehouse: samples, summaries`);
    expect(refused).toThrow(/docs\/deploy\.md, To no warehouse and back.*delete "domain" of/s);
  });

  it.each([
    { now: createdDomain, settings: '' },
    { now: domainArnOf('logs'), settings: domainOf('logs') },
  ])('may be new to a deployment that had no warehouse, and is then recorded: $now', async ({ now, settings }) => {
    const file = freshPath('layout.json');
    const recorded = () => JSON.parse(readFileSync(file, 'utf8'))[key].domain;
    await synthWith(file, 'warehouse: none');
    expect(recorded()).toBe('no warehouse');
    await synthWith(file, settings);
    expect(recorded()).toBe(now);
  });

  it('may have another address', () => {
    const moved = domainOf('logs').replace('vpc-logs', 'search');
    expect(() => deployWith(layoutWith({ domain: domainArnOf('logs') }), moved)).not.toThrow();
  });
});
