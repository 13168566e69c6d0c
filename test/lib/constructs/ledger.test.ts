import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { Ledger, type LedgerProps } from '../../../lib/constructs/ledger.ts';

function synth(props?: LedgerProps, use: (ledger: Ledger, role: Role) => void = () => {}): Template {
  const stack = new Stack(new App(), 'Test');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  use(new Ledger(stack, 'Ledger', props), role);
  return Template.fromStack(stack);
}

/** Every action the role is allowed, in order. */
function allowed(template: Template): string[] {
  const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
  const statements: { Effect: string; Action: string | string[] }[] = policy!.Properties.PolicyDocument.Statement;
  return statements.flatMap(({ Action }) => Action).sort();
}

describe('the ledger', () => {
  it('can be restored to any second, and is not deleted with its stack', () => {
    synth().allResources('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    });
  });

  it('keeps objects from the public, from plain HTTP and from having versions', () => {
    const template = synth();
    template.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: Match.absent(),
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      }),
    });
  });

  it('lets age delete snapshots, and never a transaction object', () => {
    const [bucket] = Object.values(synth({ snapshotDays: 9 }).findResources('AWS::S3::Bucket'));
    const rules: { ExpirationInDays?: number; Prefix?: string }[] = bucket!.Properties.LifecycleConfiguration.Rules;
    expect(rules.filter((rule) => rule.ExpirationInDays !== undefined)).toEqual([
      expect.objectContaining({ Prefix: 'snapshots/', ExpirationInDays: 9 }),
    ]);
  });

  it.each([7, 0, 8.5, Number.NaN])('refuses to keep snapshots for %d days', (snapshotDays) => {
    expect(() => synth({ snapshotDays })).toThrow(`snapshotDays must be a whole number from 8 on, got ${snapshotDays}`);
  });

  it('goes with its stack where that was asked for', () => {
    const template = synth({ removalPolicy: RemovalPolicy.DESTROY });
    template.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
  });

  it('lets a stage without state read and advance its item, and touch no object', () => {
    const actions = allowed(synth({}, (ledger, role) => ledger.grantGuard(role)));
    expect(actions).toEqual(['dynamodb:GetItem', 'dynamodb:PutItem']);
  });

  it('lets a runner decide and put, but delete nothing', () => {
    const actions = allowed(synth({}, (ledger, role) => ledger.grantRun(role)));
    expect(actions).toContain('dynamodb:UpdateItem');
    expect(actions).toContain('s3:PutObject');
    expect(actions.filter((action) => action.includes('Delete'))).toEqual([]);
  });

  it('lets the collector delete objects, but no item', () => {
    const actions = allowed(synth({}, (ledger, role) => ledger.grantCollect(role)));
    expect(actions.filter((action) => action.includes('Delete'))).toEqual(['s3:DeleteObject']);
    expect(actions).toContain('dynamodb:Scan');
  });
});
