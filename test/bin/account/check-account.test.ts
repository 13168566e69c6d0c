import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { actions, quotaActions } from '../../../bin/account/actions.ts';
import { awsAccount } from '../../../bin/account/aws-account.ts';
import { checkAccount } from '../../../bin/account/check.ts';
import type { Finding } from '../../../bin/account/finding.ts';
import { planOf } from '../../../bin/account/plan.ts';
import { loadSettingsFile } from '../../../settings/file.ts';
import { offbeat } from '../run-cli.ts';
import * as answers from './recorded-answers.ts';
import { RecordedAws } from './recorded-aws.ts';
import * as states from './recorded-states.ts';

const deployments = join(import.meta.dirname, '../../../docs/deployments');
const minimal = ['--settings', join(deployments, 'minimal.yaml')];
const production = ['--settings', join(deployments, 'production.yaml')];
const bringYourOwn = ['--settings', join(deployments, 'bring-your-own.yaml')];
const folder = mkdtempSync(join(tmpdir(), 'offbeat-account-'));
afterAll(() => rmSync(folder, { recursive: true }));

let aws: RecordedAws;

beforeEach(async () => {
  aws = await RecordedAws.start();
});
afterEach(() => aws.close());

const check = (...args: readonly string[]) => offbeat(['check-account', ...args]);

/** Returns the findings about the account, by `--json`. */
async function findingsOf(...args: readonly string[]): Promise<readonly Finding[]> {
  const { stdout } = await check(...args, '--json');
  return JSON.parse(stdout).findings;
}

/** Returns the states of one check. */
const statesOf = (findings: readonly Finding[], name: string): string[] =>
  findings.filter(({ check: each }) => each === name).map(({ state }) => state);

describe('check-account', () => {
  it('passes an account where a first deployment would succeed, and prints account and region first', async () => {
    const { status, stdout, stderr } = await check(...minimal);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')[0]).toBe(
      'account 123456789012, region eu-north-1, as arn:aws:iam::123456789012:user/Alice',
    );
    expect(stdout).not.toMatch(/^(problem|warning|no answer|not permitted)/m);
    expect(stdout).toContain('  zones: [eu-north-1a, eu-north-1b]\n');
  });

  it('names the settings whose resources are in another region, and that region', async () => {
    const findings = await findingsOf(...bringYourOwn, '--region', 'eu-west-1');
    const [region] = findings.filter(({ check: name }) => name === 'region');
    expect(region).toMatchObject({ state: 'problem', remedy: ['export AWS_REGION=eu-north-1'] });
    expect(region!.message).toMatch(
      /^in eu-north-1 and not in eu-west-1: .*deployment\.kafka\.cluster.*deployment\.key/,
    );
    expect(statesOf(await findingsOf(...bringYourOwn), 'region')).toEqual([]);
  });

  it('only reads', async () => {
    await check(...production);
    expect(aws.called.length).toBeGreaterThan(10);
    expect(aws.called.filter((action) => !/:(Get|List|Describe)/.test(action))).toEqual([]);
  });

  it('calls only the actions that its policy in docs/deploy.md would allow', async () => {
    await check(...production);
    await check(...bringYourOwn);
    const known: readonly string[] = [...Object.values(actions), ...Object.values(quotaActions)];
    expect(aws.called.filter((action) => !known.includes(action))).toEqual([]);
  });

  it('exits with 1 for a problem, and prints a remedy that can be pasted, with its address', async () => {
    aws.replays.set('ssm:GetParameter', () => answers.noParameter);
    const { status, stdout, stderr } = await check(...minimal);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^ +npx cdk bootstrap --qualifier hnb659fds aws:\/\/123456789012\/eu-north-1$/m);
    expect(stderr).toBe('offbeat: 1 problem would make the deployment fail\n');
  });

  it('looks for the bootstrap that cdk.json names, whatever the name of its stack', async () => {
    writeFileSync(join(folder, 'cdk.json'), '{ "context": { "@aws-cdk/core:bootstrapQualifier": "team_a" } }');
    const inFolder = vi.spyOn(process, 'cwd').mockReturnValue(folder);
    const versions = new Map([['/cdk-bootstrap/team_a/version', '29']]);
    aws.replays.set('ssm:GetParameter', ({ Name: name = '' }) => {
      const version = versions.get(name);
      return version === undefined ? answers.noParameter : answers.parameter(name, version);
    });
    try {
      const { status, stdout } = await check(...minimal);
      expect(status).toBe(0);
      expect(stdout).toContain('the parameter /cdk-bootstrap/team_a/version has version 29');
    } finally {
      inFolder.mockRestore();
    }
  });

  it('checks the region that is named', async () => {
    const { stdout } = await check(...minimal, '--region', 'us-west-2');
    expect(stdout).toContain('region us-west-2');
  });

  it.each(['eu-north', 'x', '../../etc', 'eu-north-1.evil.example'])(
    'refuses %s, which is no region',
    async (region) => {
      const { status, stderr } = await check('--region', region);
      expect(status).toBe(2);
      expect(stderr).toContain('Expected the name of a region, such as eu-north-1');
      expect(aws.called).toEqual([]);
    },
  );

  it('asks for a region where none is set', async () => {
    vi.stubEnv('AWS_REGION', '');
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'none'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'none'));
    const { status, stderr } = await check(...minimal);
    expect(status).toBe(2);
    expect(stderr).toContain('no region is set: name it with --region, or set AWS_REGION');
  });

  it('fails with the remedy where AWS does not know the key', async () => {
    aws.replays.set('sts:GetCallerIdentity', () => answers.badKey);
    const { status, stdout, stderr } = await check(...minimal);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('set credentials that "aws sts get-caller-identity" accepts');
  });
});

describe('the checks of check-account', () => {
  it('need 100 unreserved executions beside those that production reserves', async () => {
    aws.replays.set('lambda:GetAccountSettings', () => answers.accountSettings(1_000, 117));
    const found = (await findingsOf(...production)).find(({ check: name }) => name === 'concurrency')!;
    // 18: docs/deploy.md, Concurrency.
    expect(found).toMatchObject({ state: 'problem', message: expect.stringContaining('reserve 18') });
    expect(statesOf(await findingsOf(...minimal), 'concurrency')).toEqual(['ok']);
  });

  it('compare brokers, VPCs and addresses only where the deployment creates them', async () => {
    const names = new Set((await findingsOf(...bringYourOwn)).map(({ check: name }) => name));
    for (const name of ['brokers', 'vpcs', 'addresses', 'role']) expect(names).not.toContain(name);
    // The HTTP API has access logs in every deployment.
    expect(names).toContain('log policies');
    const nat = join(folder, 'nat.yaml');
    writeFileSync(nat, 'deployment: { egress: nat }\n');
    aws.replays.set('ec2:DescribeAddresses', () => answers.addresses(4));
    expect(statesOf(await findingsOf('--settings', nat), 'addresses')).toEqual(['problem']);
    expect(statesOf(await findingsOf(...minimal), 'vpcs')).toEqual(['ok']);
  });

  it('do not count again what complete stacks contain', async () => {
    aws.replays.set('logs:DescribeResourcePolicies', () => answers.resourcePolicies(10));
    aws.replays.set('ec2:DescribeVpcs', () => answers.vpcs(5));
    expect((await check(...minimal)).status).toBe(1);
    aws.setStacks(
      { name: 'Offbeat-Network' },
      { name: 'Offbeat-DataHub' },
      { name: 'Offbeat-State' },
      { name: 'Offbeat' },
    );
    const { status, stdout } = await check(...minimal);
    expect(status).toBe(0);
    expect(stdout).toContain('protected: true');
    aws.setStacks({ name: 'Offbeat-Network', status: 'ROLLBACK_COMPLETE' }, { name: 'Offbeat-State' });
    expect(statesOf(await findingsOf(...minimal), 'vpcs')).toEqual(['problem']);
  });

  it('name a zone without an endpoint or a machine, and zones that have all', async () => {
    let zones = ['eu-north-1a'];
    aws.replays.set('ec2:DescribeVpcEndpointServices', () =>
      states.endpointServices('eu-north-1', ['sts', 'lambda'], zones),
    );
    // The endpoints of the size minimal are in the first zone alone.
    expect(statesOf(await findingsOf(...minimal), 'endpoints')).toEqual(['ok']);
    zones = ['eu-north-1b', 'eu-north-1c'];
    const endpoints = (await findingsOf(...minimal)).find(({ check: name }) => name === 'endpoints');
    expect(endpoints).toMatchObject({
      state: 'problem',
      remedy: ['deployment:', '  zones: [eu-north-1b, eu-north-1c]'],
    });
    expect(endpoints!.message).toContain('sts in eu-north-1a');
    aws.replays.set('es:ListInstanceTypeDetails', () => states.machines('t3.small.search', ['eu-north-1b']));
    const machines = (await findingsOf(...minimal)).find(({ check: name }) => name === 'machines');
    expect(machines).toMatchObject({
      state: 'problem',
      message: expect.stringContaining('t3.small.search in eu-north-1a'),
    });
    expect(statesOf(await findingsOf(...bringYourOwn), 'endpoints')).toEqual([]);
    expect(statesOf(await findingsOf(...bringYourOwn), 'machines')).toEqual([]);
  });

  const kept = [{ name: 'Offbeat-Network' }, { name: 'Offbeat-DataHub' }, { name: 'Offbeat-State' }];
  const changed: readonly (readonly [string, () => answers.WireAnswer, string])[] = [
    ['kafka:DescribeClusterV2', () => states.describedCluster('MAINTENANCE'), 'MAINTENANCE, not ACTIVE'],
    [
      'es:DescribeDomain',
      () => states.describedDomain('UpdatingServiceSoftware'),
      'UpdatingServiceSoftware, not Active',
    ],
  ];
  it.each(changed)('warn by %s of what is changing, because a deployment cannot change it too', async (...each) => {
    const [action, answer, message] = each;
    aws.setStacks(...kept);
    expect(statesOf(await findingsOf(...minimal), 'changes')).toEqual(['ok', 'ok']);
    aws.replays.set(action, answer);
    const { status, stdout } = await check(...minimal);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^warning +changes +.*${message}`, 'm'));
  });

  it('do not ask for the state of what the settings bring, or of what does not exist yet', async () => {
    expect(statesOf(await findingsOf(...minimal), 'changes')).toEqual([]);
    aws.setStacks(...kept);
    expect(statesOf(await findingsOf(...bringYourOwn), 'changes')).toEqual([]);
  });

  const ofStates: readonly string[] = [actions.resources, actions.clusterState, actions.domainState];
  it.each(ofStates)('go on without %s once stacks exist, and name it', async (action) => {
    aws.setStacks(...kept);
    aws.deny(action);
    const refused = (await findingsOf(...minimal)).filter(({ state }) => state === 'not permitted');
    expect(refused.length).toBeGreaterThan(0);
    for (const { check: name, message } of refused)
      expect(`${name}: ${message}`).toContain(`changes: not read: ${action}`);
  });

  it('use the default of a quota that may not be read, and report both', async () => {
    aws.deny(quotaActions.byName);
    aws.replays.set('kafka:ListClustersV2', () => answers.clusters([90]));
    const findings = await findingsOf(...minimal);
    expect(statesOf(findings, 'brokers')).toEqual(['warning', 'not permitted']);
  });

  it('look for the secrets of receivers', async () => {
    aws.replays.set('secretsmanager:DescribeSecret', () => answers.noSecret);
    const { status, stdout } = await check(...bringYourOwn);
    expect(status).toBe(0);
    expect(stdout).toContain('aws secretsmanager create-secret --name offbeat/on-call');
  });

  it('judge the zones that the settings name, in the VPC of the settings too', async () => {
    const own = join(folder, 'vpc.yaml');
    const subnets = 'subnets: [subnet-0a1b2c3d4e5f60718, subnet-0a1b2c3d4e5f60719]';
    writeFileSync(
      own,
      `deployment: { vpc: { id: vpc-0a1b2c3d4e5f60718, zones: [us-east-1a, us-east-1b], ${subnets} } }\n`,
    );
    aws.replays.set('ec2:DescribeAvailabilityZones', () =>
      answers.availabilityZones('us-east-1', {
        'us-east-1a': 'use1-az3',
        'us-east-1b': 'use1-az1',
        'us-east-1c': 'use1-az2',
      }),
    );
    const args = ['--region', 'us-east-1', '--settings', own];
    expect((await findingsOf(...args)).find(({ check: name }) => name === 'zones')).toMatchObject({
      state: 'problem',
      message: expect.stringContaining('us-east-1a (use1-az3, refused by MSK): name subnets in other zones'),
    });
  });

  const nat = join(folder, 'all.yaml');
  writeFileSync(
    nat,
    'deployment: { egress: nat }\nreceivers:\n  - name: pager\n    webhook: { url: "https://hooks.example.com/x", secret: "secretsmanager:pager" }\n',
  );
  const denied = [...Object.values(actions), ...Object.values(quotaActions)].filter(
    (action) => action !== actions.caller && !ofStates.includes(action),
  );
  it.each(denied)('go on without %s, and name it', async (action) => {
    // Endpoints and machines are compared with the zones.
    const lost = action === actions.zones ? 3 : 2;
    // Addresses are those of NAT, with which a VPC has no interface endpoints.
    const settings = action === actions.endpointZones ? minimal : ['--settings', nat];
    const all = await findingsOf(...settings);
    aws.deny(action);
    const findings = await findingsOf(...settings);
    const refused = findings.filter(({ state }) => state === 'not permitted');
    expect(refused.length).toBeGreaterThan(0);
    for (const { message } of refused) expect(message).toContain(action);
    expect((await check(...settings)).stdout).toMatch(/\n\d+ calls? not permitted or not answered\n$/);
    expect(findings.filter(({ state }) => state === 'ok').length).toBeGreaterThanOrEqual(
      all.filter(({ state }) => state === 'ok').length - lost,
    );
  });

  it('all end in time where no service answers, and report it', async () => {
    for (const action of denied) aws.silent.add(action);
    const account = awsAccount({ callMs: 200, totalMs: 600_000 });
    const caller = await account.caller();
    const findings = await checkAccount(account, planOf(loadSettingsFile(minimal[1])), caller);
    expect(findings.length).toBeGreaterThan(5);
    expect(findings.filter(({ state }) => state !== 'no answer')).toEqual([]);
    expect(findings[0]!.message).toContain('ssm:GetParameter: no answer in 0.2 s');
  });
});
