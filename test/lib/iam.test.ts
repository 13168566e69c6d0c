import { describe, expect, it } from 'vitest';
import { deployed, deploymentNames, type Resource } from '../support/deployment.ts';
import { isLike, quoted, securityTable } from './security-page.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | string[];
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** One thing that a wildcard allows, or denies. */
interface Wildcard {
  /** The path of the construct that the policy belongs to. */
  readonly of: string;
  readonly action: string;
  readonly on: string;
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);
const hasWildcard = (text: string): boolean => /[*?]/.test(text);

/** Every statement in a resource, wherever it is, also in JSON that is text. */
function statements(value: unknown): Statement[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('Fn::Join' in value) return flat(value).startsWith('{"Statement"') ? statements(JSON.parse(flat(value))) : [];
  const own = 'Statement' in value ? (listOf(value.Statement) as Statement[]) : [];
  return [...own, ...Object.values(value).flatMap(statements)];
}

/** An ARN as a reader knows it: what is before its own part is left out. */
function short(resource: unknown): string {
  const text = flat(resource);
  const ownPart = /^(?:…|arn:[^*?]*?:domain\/[^/*?]+)(?=[:/])/;
  return text.replace(ownPart, '…').replace(/^arn:[^*?]*?:(?=domain\/|secret:)/, '…:');
}

function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join } = value as { 'Fn::Join'?: [string, unknown[]] };
  return join === undefined ? '…' : join[1].map(flat).join(join[0]);
}

/** Returns a path without the stack, and without the suffixes that CDK adds to roles, queues and others. */
function ownerOf(path: string): string {
  const [, ...names] = path.split('/');
  return names
    .join('/')
    .replace(/^Offbeat\//, '')
    .replace(/(\/(DefaultPolicy|Policy\w*))?\/Resource$/, '')
    .replace(/Role$/, '');
}

function wildcardsOf({ Properties, Metadata }: Resource): Wildcard[] {
  const of = ownerOf(Metadata?.['aws:cdk:path'] ?? 'unknown');
  return statements(Properties).flatMap(({ Effect, Action, Resource, Principal, NotAction, NotResource }) => {
    const turned = [NotAction, NotResource].some((each) => each !== undefined) ? 'Not… ' : '';
    const open = Effect === 'Allow' && JSON.stringify(Principal ?? '').includes('"*"') ? 'anybody: ' : '';
    const prefix = `${Effect === 'Deny' ? 'Deny ' : ''}${turned}${open}`;
    const actions = listOf(Action) as string[];
    const resources = listOf(Resource).map(short);
    return actions.flatMap((action) =>
      (resources.length === 0 ? ['-'] : resources)
        .filter((on) => prefix.length > 0 || hasWildcard(action) || hasWildcard(on))
        .map((on) => ({ of, action: `${prefix}${action}`, on })),
    );
  });
}

const isForNetwork = ({ Action }: Statement): boolean => listOf(Action).includes('ec2:CreateNetworkInterface');

const managedPolicies = ({ Properties, Metadata }: Resource): string[] =>
  listOf(Properties?.ManagedPolicyArns).map((arn) => `${Metadata?.['aws:cdk:path']} ${JSON.stringify(arn)}`);

describe('policies', () => {
  const resources = deploymentNames.flatMap((name) => [...deployed(name).resources.values()]);
  const wildcards = resources.flatMap(wildcardsOf);
  const rows = securityTable('Wildcards in policies').map(([of, actions, on, reason]) => ({
    of: quoted(of!),
    actions: quoted(actions!),
    on: quoted(on!),
    reason: reason!,
  }));
  const matches = (row: (typeof rows)[number], { of, action, on }: Wildcard): boolean =>
    row.of.some((pattern) => isLike(pattern, of)) && row.actions.includes(action) && row.on.includes(on);

  it('have no wildcard that docs/security.md gives no reason for', () => {
    const unlisted = wildcards.filter((each) => !rows.some((row) => matches(row, each)));
    expect([...new Set(unlisted.map(({ of, action, on }) => `${of} | ${action} | ${on}`))]).toEqual([]);
  });

  it('have every wildcard that docs/security.md gives a reason for', () => {
    const stale = rows.flatMap((row) => {
      const matched = wildcards.filter((each) => matches(row, each));
      return [
        ...row.of.filter((pattern) => !matched.some(({ of }) => isLike(pattern, of))),
        ...row.actions.filter((action) => !matched.some((each) => each.action === action)),
        ...row.on.filter((on) => !matched.some((each) => each.on === on)),
        ...(row.reason.length > 0 ? [] : ['a row without a reason']),
      ];
    });
    expect(rows.length).toBeGreaterThan(0);
    expect(stale).toEqual([]);
  });

  it('allow Lambda to create network interfaces, and deny it to the code of functions', () => {
    const policies = resources.map(({ Properties }) => statements(Properties)).filter((all) => all.some(isForNetwork));
    expect(policies.length).toBeGreaterThan(0);
    for (const all of policies) {
      const denied = all.filter(({ Effect, Action }) => Effect === 'Deny' && Action === 'ec2:*');
      const functions = { 'Fn::Join': ['', expect.arrayContaining([':function:*'])] };
      expect(denied.map(({ Resource, Condition }) => ({ Resource, Condition }))).toEqual([
        { Resource: '*', Condition: { ArnLike: { 'lambda:SourceFunctionArn': functions } } },
      ]);
    }
  });

  it('allow only flow logs of this account to assume the role of flow logs', () => {
    const trusts = resources
      .flatMap(({ Properties }) => statements(Properties?.AssumeRolePolicyDocument ?? {}))
      .filter(({ Principal }) => JSON.stringify(Principal).includes('vpc-flow-logs'));
    expect(trusts.length).toBeGreaterThan(0);
    for (const { Condition } of trusts) {
      expect(Condition).toMatchObject({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
      expect(JSON.stringify(Condition)).toContain(':vpc-flow-log/*');
    }
  });

  it('allow a service other than Lambda, which assumes roles, only for resources of this account or for one of them', () => {
    const ofServices = resources
      .flatMap(({ Properties }) => statements(Properties))
      .filter(({ Effect, Principal }) => Effect === 'Allow' && JSON.stringify(Principal ?? '').includes('"Service"'))
      .filter(({ Principal }) => !JSON.stringify(Principal).includes('lambda.amazonaws.com'));
    const services = JSON.stringify(ofServices.map(({ Principal }) => Principal));
    for (const service of ['es', 'sns', 'scheduler', 'vpc-flow-logs'])
      expect(services).toContain(`"${service}.amazonaws.com`);
    const open = ofServices.filter(({ Condition }) => !/aws:Source(Account|Arn)/.test(JSON.stringify(Condition ?? '')));
    expect(open).toEqual([]);
  });

  it('allow OpenSearch to write logs for domains of this account and region only', () => {
    const ofDomains = resources
      .filter(({ Type }) => Type === 'AWS::Logs::ResourcePolicy')
      .flatMap(({ Properties }) => statements(Properties));
    expect(ofDomains.length).toBeGreaterThan(0);
    for (const { Condition } of ofDomains) {
      expect(Condition).toEqual({
        StringEquals: { 'aws:SourceAccount': '…' },
        ArnLike: { 'aws:SourceArn': 'arn:…:es:…:…:domain/*' },
      });
    }
  });

  it('are managed by AWS only for the functions of CDK, which write their log', () => {
    const others = resources.flatMap(managedPolicies).filter((each) => !each.includes('AWSLambdaBasicExecutionRole'));
    expect(others).toEqual([]);
  });
});
