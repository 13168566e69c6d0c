import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { actions, quotaActions } from '../../../bin/account/actions.ts';
import { awsAccount } from '../../../bin/account/aws-account.ts';
import { type Account, DeniedError } from '../../../bin/account/port.ts';
import { FailedError } from '../../../local/failed-error.ts';
import * as answers from './recorded-answers.ts';
import { RecordedAws } from './recorded-aws.ts';
import * as states from './recorded-states.ts';

let aws: RecordedAws;
let account: Account;

beforeEach(async () => {
  aws = await RecordedAws.start();
  account = awsAccount();
});
afterEach(() => aws.close());

/** Returns a replay of pages, whose tokens are their numbers. @param parameter the name of the token in a request */
const pagesOf =
  (parameter: string, pages: readonly ((next: string | undefined) => answers.WireAnswer)[]) =>
  (parameters: Readonly<Record<string, string>>): answers.WireAnswer => {
    const nth = Number(parameters[parameter] ?? 0);
    return pages[nth]!(nth + 1 < pages.length ? String(nth + 1) : undefined);
  };

describe('the account of this environment', () => {
  it('is that of the credentials, in the region of the environment', async () => {
    const arn = 'arn:aws:iam::123456789012:user/Alice';
    expect(await account.caller()).toEqual({ account: '123456789012', region: 'eu-north-1', arn });
  });

  it('is in the region that is named instead', async () => {
    expect(await awsAccount({ region: 'us-west-2' }).caller()).toMatchObject({ region: 'us-west-2' });
  });

  it('returns a stack with its status and protection, and none where no stack has the name', async () => {
    aws.setStacks({ name: 'Offbeat-State', status: 'UPDATE_COMPLETE', isProtected: true });
    expect(await account.stack('Offbeat-State')).toEqual({
      name: 'Offbeat-State',
      status: 'UPDATE_COMPLETE',
      isProtected: true,
    });
    expect(await account.stack('Offbeat')).toBeUndefined();
  });

  it('does not take another ValidationError for a stack that does not exist', async () => {
    aws.replays.set('cloudformation:DescribeStacks', () => ({
      ...answers.noStack('x'),
      body: answers.noStack('x').body.replace('does not exist', 'is invalid'),
    }));
    await expect(account.stack('Offbeat')).rejects.toThrow('is invalid');
  });

  it('returns the value of a parameter, and none where none has the name', async () => {
    expect(await account.parameter('/cdk-bootstrap/hnb659fds/version')).toBe('28');
    aws.replays.set('ssm:GetParameter', () => answers.noParameter);
    expect(await account.parameter('/cdk-bootstrap/hnb659fds/version')).toBeUndefined();
  });

  it('returns the resources of a stack, and the states of cluster and domain', async () => {
    const domain = { type: 'AWS::OpenSearchService::Domain', id: states.domainName };
    expect(await account.resources('Offbeat-State')).toContainEqual(domain);
    expect(await account.clusterState(states.clusterArn)).toBe('ACTIVE');
    expect(await account.domainState(states.domainName)).toBe('Active');
  });

  it('returns the zones of endpoints and machines, and nothing for what the region does not have', async () => {
    const zones = ['eu-north-1a', 'eu-north-1c'];
    aws.replays.set('ec2:DescribeVpcEndpointServices', () => states.endpointServices('eu-north-1', ['sts'], zones));
    expect(await account.endpointZones(['sts', 'sns'])).toEqual([{ name: 'sts', zones }]);
    aws.replays.set('es:ListInstanceTypeDetails', () => states.machines('t3.small.search', zones));
    const version = 'OpenSearch_3.5';
    expect(await account.machineZones('t3.small.search', version)).toEqual({ name: 't3.small.search', zones });
    expect(await account.machineZones('r7g.large.search', version)).toBeUndefined();
  });

  it('knows whether a role exists', async () => {
    expect(await account.roleExists('AWSServiceRoleForAmazonOpenSearchService')).toBe(true);
    aws.replays.set('iam:GetRole', ({ RoleName: name = '' }) => answers.noRole(name));
    expect(await account.roleExists('AWSServiceRoleForAmazonOpenSearchService')).toBe(false);
  });

  it('returns the concurrency of Lambda', async () => {
    aws.replays.set('lambda:GetAccountSettings', () => answers.accountSettings(400, 350));
    expect(await account.concurrency()).toEqual({ limit: 400, unreserved: 350 });
  });

  it('returns names and ids of the zones', async () => {
    const zones = await account.zones();
    expect(zones[0]).toEqual({ name: 'eu-north-1a', id: 'eun1-az1', state: 'available' });
    expect(zones).toHaveLength(3);
  });

  it('counts over all pages of a list', async () => {
    const { quotas, resourcePolicies, clusters, vpcs } = answers;
    const brokers = 'Number of brokers per account';
    aws.replays.set(
      'logs:DescribeResourcePolicies',
      pagesOf('nextToken', [(to) => resourcePolicies(5, to), (to) => resourcePolicies(3, to)]),
    );
    aws.replays.set(
      'kafka:ListClustersV2',
      pagesOf('nextToken', [(to) => clusters([3, 6], to), (to) => clusters([2], to)]),
    );
    aws.replays.set('ec2:DescribeVpcs', pagesOf('NextToken', [(to) => vpcs(4, to), (to) => vpcs(1, to)]));
    aws.replays.set(
      quotaActions.byName,
      pagesOf('NextToken', [(to) => quotas({ other: 1 }, to), (to) => quotas({ [brokers]: 120 }, to)]),
    );
    expect(await account.logPolicies()).toBe(8);
    expect(await account.brokers()).toBe(11);
    expect(await account.vpcs()).toBe(5);
    expect(await account.quota('brokers')).toBe(120);
  });

  it('counts elastic IP addresses, and reads the quotas of the VPC', async () => {
    aws.replays.set('ec2:DescribeAddresses', () => answers.addresses(3));
    expect(await account.addresses()).toBe(3);
    expect(await account.quota('vpcs')).toBe(5);
    expect(await account.quota('addresses')).toBe(5);
  });

  it('counts none in an empty set, as EC2 writes it', async () => {
    for (const [action, set] of [
      ['ec2:DescribeAddresses', 'addressesSet'],
      ['ec2:DescribeVpcs', 'vpcSet'],
    ] as const) {
      const { body } = action === 'ec2:DescribeVpcs' ? answers.vpcs(0) : answers.addresses(0);
      const empty = body.replace(new RegExp(`<${set}>\\s*</${set}>`), `<${set}/>`);
      expect(empty).not.toBe(body);
      aws.replays.set(action, () => ({ status: 200, type: 'text/xml', body: empty }));
    }
    expect(await account.addresses()).toBe(0);
    expect(await account.vpcs()).toBe(0);
  });

  it('knows whether a secret exists, and whether it is being deleted', async () => {
    expect(await account.secret('on-call')).toBe('present');
    aws.replays.set('secretsmanager:DescribeSecret', ({ SecretId: name = '' }) => answers.secret(name, true));
    expect(await account.secret('on-call')).toBe('scheduled for deletion');
    aws.replays.set('secretsmanager:DescribeSecret', () => answers.noSecret);
    expect(await account.secret('on-call')).toBe('absent');
  });
});

/** A call of each action. */
const callOf: Readonly<Record<string, (of: Account) => Promise<unknown>>> = {
  [actions.caller]: (of) => of.caller(),
  [actions.stack]: (of) => of.stack('Offbeat'),
  [actions.resources]: (of) => of.resources('Offbeat-State'),
  [actions.clusterState]: (of) => of.clusterState(states.clusterArn),
  [actions.domainState]: (of) => of.domainState('x-y-z'),
  [actions.endpointZones]: (of) => of.endpointZones(['sts']),
  [actions.machineZones]: (of) => of.machineZones('t3.small.search', 'OpenSearch_3.5'),
  [actions.parameter]: (of) => of.parameter('/x'),
  [actions.roleExists]: (of) => of.roleExists('x'),
  [actions.concurrency]: (of) => of.concurrency(),
  [actions.zones]: (of) => of.zones(),
  [actions.logPolicies]: (of) => of.logPolicies(),
  [actions.brokers]: (of) => of.brokers(),
  [actions.vpcs]: (of) => of.vpcs(),
  [actions.addresses]: (of) => of.addresses(),
  [actions.secret]: (of) => of.secret('x'),
  [quotaActions.byCode]: (of) => of.quota('vpcs'),
  [quotaActions.byName]: (of) => of.quota('brokers'),
};

describe.each(Object.keys(callOf))('%s', (action) => {
  it('names the action of IAM where it is denied', async () => {
    aws.deny(action);
    const error = await callOf[action]!(account).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DeniedError);
    expect(error).toMatchObject({ action, isByOrganisation: false });
    expect(aws.called).toEqual([action]);
  });

  it('ends in time where no answer comes', async () => {
    aws.silent.add(action);
    const impatient = awsAccount({ callMs: 150 });
    await expect(callOf[action]!(impatient)).rejects.toThrow(FailedError);
    expect(aws.called.length).toBeLessThanOrEqual(2);
  });

  it('fails, and is not tried without end, where the answer is not one of AWS', async () => {
    aws.replays.set(action, () => ({ status: 200, type: 'text/html', body: '<html>Please log in</html>' }));
    await expect(callOf[action]!(account)).rejects.toThrow(Error);
    aws.called.length = 0;
    aws.replays.set(action, () => ({ status: 503, type: 'text/plain', body: 'busy' }));
    await expect(callOf[action]!(account)).rejects.toThrow(Error);
    expect(aws.called).toEqual([action, action]);
  });
});

describe('a call', () => {
  it('that a policy of the organisation denies is marked as such', async () => {
    aws.deny('iam:GetRole', 'with an explicit deny in a service control policy');
    await expect(account.roleExists('x')).rejects.toMatchObject({ isByOrganisation: true });
  });

  it('with credentials that AWS does not know fails with the remedy', async () => {
    aws.replays.set('sts:GetCallerIdentity', () => answers.badKey);
    await expect(account.caller()).rejects.toThrow(
      'InvalidClientTokenId): set credentials that "aws sts get-caller-identity"',
    );
  });

  it('names the profile whose credentials do not work', async () => {
    aws.replays.set('sts:GetCallerIdentity', () => answers.badKey);
    await expect(awsAccount({ profile: 'sandbox' }).caller()).rejects.toThrow('of the profile "sandbox" (AWS_PROFILE)');
  });

  it('ends in time where a command that provides credentials does not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'offbeat-profile-'));
    const config = join(folder, 'config');
    writeFileSync(
      config,
      `[profile slow]\ncredential_process = ${process.execPath} -e "setTimeout(() => {}, 20000)"\n`,
    );
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_CONFIG_FILE', config);
    vi.stubEnv('AWS_PROFILE', 'slow');
    try {
      await expect(awsAccount({ callMs: 500 }).caller()).rejects.toThrow('sts:GetCallerIdentity: no answer in 0.5 s');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names the remedy where nothing listens', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    await expect(awsAccount().caller()).rejects.toThrow('no connection to AWS (ECONNREFUSED): check the network');
  });

  it('shows the beginning of a long message alone', async () => {
    const body = JSON.stringify({ message: 'x'.repeat(200_000) });
    aws.replays.set('lambda:GetAccountSettings', () => ({ status: 400, type: 'application/json', body }));
    const { message } = (await account.concurrency().catch((error: Error) => error)) as Error;
    expect(message).toMatch(/^lambda:GetAccountSettings: .*x{100}…$/);
    expect(message.length).toBeLessThan(600);
  });

  it('shows no advice for programmers of the SDK where the answer is not one of AWS', async () => {
    aws.replays.set('lambda:GetAccountSettings', () => ({ status: 200, type: 'text/html', body: '<html>' }));
    const { message } = (await account.concurrency().catch((error: Error) => error)) as Error;
    expect(message).toMatch(/^lambda:GetAccountSettings: SyntaxError: /);
    expect(message).not.toContain('hidden field');
  });

  it.each([
    ['a zone', 'ec2:DescribeAvailabilityZones', () => answers.availabilityZones('eu-north-1', { 'b]; x': 'eun1-az1' })],
    ['the id of a zone', 'ec2:DescribeAvailabilityZones', () => answers.availabilityZones('eu-north-1', { a: '$(x)' })],
    [
      'an account',
      'sts:GetCallerIdentity',
      () => ({ ...answers.callerIdentity(), body: answers.callerIdentity().body.replaceAll('123456789012', '1; x') }),
    ],
  ] as const)('is refused where the answer has %s of another form', async (_, action, answer) => {
    aws.replays.set(action, answer);
    await expect(callOf[action]!(account)).rejects.toThrow('that is not one of AWS');
  });

  it('ends where a service returns the same page for ever', async () => {
    aws.replays.set('logs:DescribeResourcePolicies', () => answers.resourcePolicies(1, 'again'));
    await expect(account.logPolicies()).rejects.toThrow('the same page was returned again');
    expect(aws.called).toHaveLength(2);
  });

  it('is not made any more once the time for all is over', async () => {
    const late = awsAccount({ totalMs: 100 });
    aws.silent.add('iam:GetRole');
    await expect(late.roleExists('x')).rejects.toThrow('the time for all checks is over');
    await expect(late.zones()).rejects.toThrow('the time for all checks is over');
    expect(aws.called).not.toContain('ec2:DescribeAvailabilityZones');
  });
});
