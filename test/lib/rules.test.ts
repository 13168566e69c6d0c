import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { deployed, deploymentNames, ofType } from '../support/deployment.ts';

/*
 * Rules about every template that no linter has. Policies of keys and of domains are not meant: there the account as
 * principal is what AWS documents, and lets the policies of its roles decide.
 */

interface Declaration {
  readonly Type: string;
  readonly Properties?: { readonly PolicyDocument?: unknown };
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
}

const policies = [
  'AWS::Logs::ResourcePolicy',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
];

/** Returns text with the name of each parameter where CloudFormation would insert its value. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, Ref } = value as { 'Fn::Join'?: [string, unknown[]]; Ref?: string };
  return join === undefined ? `<${Ref ?? 'value'}>` : join[1].map(textOf).join(join[0]);
}

/** Returns the statements of a policy, which a log group's has as text. */
function statementsOf(document: unknown): readonly Statement[] {
  const { Statement } = document as { Statement?: readonly Statement[] };
  return Statement ?? JSON.parse(textOf(document)).Statement;
}

const isAccount = (principal: unknown): boolean => /^(\*|.*:root|\d{12}|<AWS::AccountId>)$/.test(textOf(principal));

/** Returns the principals that contain a whole account, or everybody, among those that a policy allows something. */
function accountsIn({ Type, Properties }: Declaration): readonly string[] {
  if (!policies.includes(Type)) return [];
  const allowed = statementsOf(Properties?.PolicyDocument).filter(({ Effect }) => Effect === 'Allow');
  const principals = allowed.flatMap(({ Principal }) => {
    if (typeof Principal === 'string') return [Principal];
    return [(Principal as { AWS?: unknown } | undefined)?.AWS ?? []].flat();
  });
  return principals.filter(isAccount).map(textOf);
}

/** Returns what is wrong with how long a resource is kept. */
function policyFaults({ DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete' }: Declaration): readonly string[] {
  const pair = `${DeletionPolicy}, ${UpdateReplacePolicy}`;
  return ['Delete, Delete', 'RetainExceptOnCreate, Retain'].includes(pair) ? [] : [pair];
}

describe.each(deploymentNames)('the templates of %s', (name) => {
  const resources = [...deployed(name).resources] as [string, Declaration][];

  it('delete a resource whose first create failed, and keep data otherwise: no plain Retain', () => {
    const faults = resources.flatMap(([id, each]) => policyFaults(each).map((fault) => `${id}: ${fault}`));
    expect(faults).toEqual([]);
  });

  it('let no account as a whole use a log group, bucket, queue or topic', () => {
    const checked = resources.filter(([, { Type }]) => policies.includes(Type));
    expect(checked.length).toBeGreaterThan(5);
    expect(checked.flatMap(([id, each]) => accountsIn(each).map((account) => `${id}: ${account}`))).toEqual([]);
  });

  it('use one of the ten resource policies that CloudWatch Logs allows in a region at most', () => {
    expect(ofType(deployed(name), 'AWS::Logs::ResourcePolicy').length).toBeLessThanOrEqual(1);
  });
});

describe('the rules', () => {
  it.each([
    [{ Type: 'T' }, []],
    [{ Type: 'T', DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' }, ['Retain, Retain']],
    [{ Type: 'T', UpdateReplacePolicy: 'Retain' }, ['Delete, Retain']],
    [{ Type: 'T', DeletionPolicy: 'RetainExceptOnCreate' }, ['RetainExceptOnCreate, Delete']],
  ])('find in %j the faults %j', (declaration, faults) => {
    expect(policyFaults(declaration)).toEqual(faults);
  });

  it('find the account in a policy that CDK adds to a log group for an imported role, and in that of a queue', () => {
    const stack = new Stack(new App(), 'Test');
    const role = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/set-up');
    new LogGroup(stack, 'Log').grantWrite(role);
    new Queue(stack, 'Queue').grantSendMessages(new AccountRootPrincipal());
    const declared: Declaration[] = Object.values(Template.fromStack(stack).toJSON().Resources);
    const found = declared.flatMap((each) => accountsIn(each).map((account) => [each.Type, account]));
    expect(found).toEqual([
      ['AWS::Logs::ResourcePolicy', expect.stringMatching(/111122223333|AccountId/)],
      ['AWS::SQS::QueuePolicy', 'arn:<AWS::Partition>:iam::<AWS::AccountId>:root'],
    ]);
  });
});
