import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { deploy } from '../../lib/deploy.ts';
import { mskZoneRules } from '../../settings/msk-zones.ts';
import { freshPath } from '../support/deployment.ts';

const account = '111122223333';
let layoutFile: string;

function withCredentials(region: string): void {
  vi.stubEnv('CDK_DEFAULT_ACCOUNT', account);
  vi.stubEnv('CDK_DEFAULT_REGION', region);
}

beforeEach(() => {
  layoutFile = freshPath('layout.json');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

interface Run {
  /** The zones of the created subnets, as the template contains them. */
  readonly zones: readonly unknown[];
  /** The keys of the context that `cdk` is asked for. */
  readonly missing: readonly string[];
  /** The annotations with which `cdk synth` and `cdk deploy` fail, and `cdk bootstrap` does not. */
  readonly errors: readonly unknown[];
}

/** Synthesises the network of a deployment. @param found the answers of `cdk` by region */
async function synthesise(deployment: string, found: Readonly<Record<string, unknown>> = {}): Promise<Run> {
  const settingsFile = freshPath('offbeat.yaml');
  writeFileSync(settingsFile, `deployment: { ${deployment} }`);
  const answers = Object.entries(found).map(([region, answer]) => [keyOf(region), answer]);
  const context = { ...Object.fromEntries(answers), 'aws:cdk:bundling-stacks': [] };
  const app = new App({ outdir: freshPath('out'), context });
  const { network } = deploy(app, { settingsFile, layoutFile });
  const assembly = app.synth();
  // The record is written after all validations, once the synth has returned.
  await Promise.resolve();
  const stack = assembly.getStackArtifact(network.artifactId);
  const resources: { Type: string; Properties: Record<string, unknown> }[] = Object.values(stack.template.Resources);
  const subnets = resources.filter(({ Type }) => Type === 'AWS::EC2::Subnet');
  return {
    zones: subnets.map(({ Properties }) => Properties.AvailabilityZone),
    missing: (assembly.manifest.missing ?? []).map(({ key }) => key),
    errors: stack.messages.filter(({ level }) => level === 'error').map(({ entry }) => entry.data),
  };
}

const keyOf = (region: string): string => `availability-zones:account=${account}:region=${region}`;

/** Returns the part `zones` of the only entry of the layout file. */
function recorded(region: string, name = 'Offbeat'): unknown {
  return JSON.parse(readFileSync(layoutFile, 'utf8'))[`${account}/${region}/${name}`].zones;
}

/** The zones of eu-north-1 as an account has them that opted in to a local zone of its own. */
const inNorth = ['eu-north-1c', 'eu-north-1a', 'eu-north-1-cph-1a', 'eu-north-1b'];

describe('the zones of a created VPC', () => {
  it('are looked up by cdk in the first synth with credentials, and placeholders are not recorded', async () => {
    withCredentials('eu-north-1');
    const { zones, missing } = await synthesise('');
    expect(missing).toEqual([keyOf('eu-north-1')]);
    expect(zones).toEqual(['dummy1a', 'dummy1b']);
    expect(existsSync(layoutFile)).toBe(false);
  });

  it('are then the first of the region, without its local zones, and are recorded', async () => {
    withCredentials('eu-north-1');
    const { zones, missing } = await synthesise('', { 'eu-north-1': inNorth });
    expect(missing).toEqual([]);
    expect(zones).toEqual(['eu-north-1a', 'eu-north-1b']);
    expect(recorded('eu-north-1')).toEqual(['eu-north-1a', 'eu-north-1b']);
  });

  it('are never looked up again once recorded, whatever the region offers later', async () => {
    withCredentials('eu-north-1');
    await synthesise('', { 'eu-north-1': inNorth });
    expect(await synthesise('')).toMatchObject({ zones: ['eu-north-1a', 'eu-north-1b'], missing: [] });
    expect((await synthesise('', { 'eu-north-1': ['eu-north-1c', 'eu-north-1d'] })).zones).toEqual([
      'eu-north-1a',
      'eu-north-1b',
    ]);
  });

  it('are three for size: production', async () => {
    withCredentials('eu-north-1');
    expect((await synthesise('size: production', { 'eu-north-1': inNorth })).zones).toEqual([
      'eu-north-1a',
      'eu-north-1b',
      'eu-north-1c',
    ]);
  });

  it('are those of the settings, in their order, and are recorded without a look-up', async () => {
    withCredentials('us-east-1');
    expect(await synthesise('zones: [us-east-1d, us-east-1b]')).toMatchObject({
      zones: ['us-east-1d', 'us-east-1b'],
      missing: [],
    });
    expect(recorded('us-east-1')).toEqual(['us-east-1d', 'us-east-1b']);
    expect((await synthesise('')).zones).toEqual(['us-east-1d', 'us-east-1b']);
  });

  it('are those that CloudFormation names where no account is known, in any region', async () => {
    vi.stubEnv('CDK_DEFAULT_REGION', 'us-east-1');
    const nth = (zone: number) => ({ 'Fn::Select': [zone, { 'Fn::GetAZs': '' }] });
    expect(await synthesise('size: production')).toMatchObject({ zones: [nth(0), nth(1), nth(2)], missing: [] });
    expect(existsSync(layoutFile)).toBe(false);
  });

  it('may be named without an account, for any region', async () => {
    vi.stubEnv('CDK_DEFAULT_REGION', 'us-east-1');
    expect((await synthesise('zones: [eu-north-1b, eu-north-1c]')).zones).toEqual(['eu-north-1b', 'eu-north-1c']);
  });
});

describe('zones', () => {
  const refusal = async (deployment: string, found?: Readonly<Record<string, unknown>>): Promise<UsageError> => {
    try {
      await synthesise(deployment, found);
    } catch (error) {
      if (error instanceof UsageError) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  };

  it('must stay as they were created, in their order', async () => {
    withCredentials('eu-north-1');
    await synthesise('zones: [eu-north-1a, eu-north-1b]');
    for (const now of ['eu-north-1a, eu-north-1c', 'eu-north-1b, eu-north-1a']) {
      expect((await refusal(`zones: [${now}]`)).message).toMatch(
        new RegExp(
          `deployment\\.zones: created in eu-north-1a, eu-north-1b, now ${now}; .*Go back to \\[eu-north-1a, `,
        ),
      );
    }
  });

  it('are too few for size: production when they were recorded for minimal', async () => {
    withCredentials('eu-north-1');
    await synthesise('', { 'eu-north-1': inNorth });
    for (const zones of ['', ', zones: [eu-north-1a, eu-north-1b, eu-north-1c]']) {
      expect((await refusal(`size: production${zones}`)).message).toMatch(
        /^deployment\.size: production has machines in 3 zones, and the deployment was created in eu-north-1a, eu-north-1b; .*second one beside it \(docs\/deploy\.md, What cannot be changed in place\)/,
      );
    }
  });

  it('must be of the region that the credentials deploy to', async () => {
    withCredentials('eu-north-1');
    expect((await refusal('zones: [us-east-1b, us-east-1c]')).message).toMatch(
      /deployment\.zones: us-east-1b is no zone of eu-north-1, .*eu-north-1a, or set AWS_REGION/,
    );
    expect(existsSync(layoutFile)).toBe(false);
  });

  it.each([...mskZoneRules.keys()])(
    'must be named in %s, where MSK refuses some; until then cdk bootstrap works, nothing is deployed and nothing is recorded',
    async (region) => {
      withCredentials(region);
      const { zones, missing, errors } = await synthesise('', { [region]: [`${region}a`, `${region}b`] });
      expect({ zones: zones.length, missing, errors }).toEqual({ zones: 2, missing: [], errors: [expect.any(String)] });
      const [message] = errors;
      expect(message).toMatch(/^deployment\.zones: is missing; /);
      expect(message).toContain(mskZoneRules.get(region)!.reason);
      expect(message).toContain('npx offbeat check-account');
      expect(existsSync(layoutFile)).toBe(false);
      const named = await synthesise(`zones: [${region}b, ${region}c], partitions: { beats: 3 }, prefix: team-a`);
      expect(named).toMatchObject({ zones: [`${region}b`, `${region}c`], errors: [] });
    },
  );

  it('need no name in us-east-1 where the brokers exist', async () => {
    withCredentials('us-east-1');
    const brokers = "egress: nat, kafka: { brokers: ['kafka.example.com:9092'], login: none }";
    const { zones } = await synthesise(brokers, { 'us-east-1': ['us-east-1a', 'us-east-1b'] });
    expect(new Set(zones)).toEqual(new Set(['us-east-1a', 'us-east-1b']));
  });

  it('are not asked of a deployment in an existing VPC, which records none', async () => {
    withCredentials('us-east-1');
    const vpc =
      'vpc: { id: vpc-0a1b2c3d, zones: [us-east-1a, us-east-1b], subnets: [subnet-0a1b2c3d, subnet-0a1b2c3e] }';
    expect(await synthesise(vpc)).toMatchObject({ zones: [], missing: [] });
    expect(recorded('us-east-1')).toBeUndefined();
  });

  it('cannot be three in us-west-1, where MSK accepts two', async () => {
    withCredentials('us-west-1');
    expect((await refusal('size: production, zones: [us-west-1a, us-west-1b, us-west-1c]')).message).toMatch(
      /deployment\.size: production has brokers in 3 zones, and MSK accepts brokers in exactly two .*us-west-1.*size: minimal/,
    );
  });

  it('must be named where cdk could not look them up, with its reason', async () => {
    withCredentials('eu-north-1');
    const answer = { $providerError: 'not authorized: ec2:DescribeAvailabilityZones', $dontSaveContext: true };
    expect((await refusal('', { 'eu-north-1': answer })).message).toBe(
      'deployment.zones: the zones of eu-north-1 could not be looked up (not authorized: ec2:DescribeAvailabilityZones); ' +
        'set 2 zones, such as [eu-north-1a, eu-north-1b]',
    );
    expect((await refusal('', { 'eu-north-1': 'eu-north-1a' })).message).toMatch(
      /context .* is no list of zones; set 2 zones/,
    );
  });

  it('that are fewer than the size needs are named with the size', async () => {
    withCredentials('eu-north-1');
    expect((await refusal('size: production', { 'eu-north-1': inNorth.slice(1) })).message).toMatch(
      /deployment\.size: production has machines in 3 zones, and eu-north-1 offers eu-north-1a, eu-north-1b to this account/,
    );
  });
});
