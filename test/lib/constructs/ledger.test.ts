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
  it('can be restored to any second of a week, and is deleted with its stack only if the create failed', () => {
    synth().allResources('AWS::DynamoDB::Table', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: Match.objectLike({
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: false,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
      }),
    });
  });

  it('has tables that no one can delete if deletionProtection is set', () => {
    synth({ deletionProtection: true }).allResourcesProperties('AWS::DynamoDB::Table', {
      DeletionProtectionEnabled: true,
    });
  });

  it('allows no public access to objects, and no plain HTTP', () => {
    const template = synth();
    template.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      }),
    });
  });

  it.each([
    [undefined, 7],
    [1, 1],
    [35, 35],
  ])('keeps deleted objects as long as its tables can be restored: given %s, %d days', (restoreDays, days) => {
    const template = synth(restoreDays === undefined ? {} : { restoreDays });
    template.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          {
            Id: 'deleted',
            Status: 'Enabled',
            NoncurrentVersionExpiration: { NoncurrentDays: days },
            ExpiredObjectDeleteMarker: true,
          },
        ]),
      },
    });
    template.allResourcesProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { RecoveryPeriodInDays: days },
    });
  });

  it('has no lifecycle rule that deletes current objects', () => {
    const [bucket] = Object.values(synth().findResources('AWS::S3::Bucket'));
    const rules: object[] = bucket!.Properties.LifecycleConfiguration.Rules;
    const keys = rules.flatMap((rule) => Object.keys(rule)).filter((key) => key.startsWith('Expiration'));
    expect(keys).toEqual([]);
  });

  it.each([0, 36, 8.5, Number.NaN])('refuses to be restored for %d days', (restoreDays) => {
    expect(() => synth({ restoreDays })).toThrow(`restoreDays must be a whole number from 1 to 35, got ${restoreDays}`);
  });

  it('is deleted with its stack if the removal policy is DESTROY', () => {
    const template = synth({ removalPolicy: RemovalPolicy.DESTROY });
    template.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
  });

  it('allows a stage without state to read and advance its item, and no access to objects', () => {
    const actions = allowed(synth({}, (ledger, role) => ledger.grantGuard(role)));
    expect(actions).toEqual(['dynamodb:GetItem', 'dynamodb:PutItem']);
  });

  it('allows a runner to advance items and write objects, and not to delete', () => {
    const actions = allowed(synth({}, (ledger, role) => ledger.grantRun(role)));
    expect(actions).toContain('dynamodb:UpdateItem');
    expect(actions).toContain('s3:PutObject');
    expect(actions.filter((action) => action.includes('Delete'))).toEqual([]);
  });

  it("allows to read the objects of one stage's state, and no others", () => {
    const template = synth({}, (ledger, role) => ledger.grantReadState('alert', role));
    expect(allowed(template)).toEqual(['s3:GetObject', 's3:ListBucket']);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 's3:GetObject',
            Resource: { 'Fn::Join': ['', [Match.anyValue(), '/alert/*']] },
          }),
        ]),
      }),
    });
  });

  it('allows the sweep to delete objects, but to write none, and to delete no item and no version', () => {
    const actions = allowed(synth({}, (ledger, role) => ledger.grantCollect(role)));
    expect(actions.filter((action) => action.includes('Delete'))).toEqual(['s3:DeleteObject']);
    expect(actions).not.toContain('s3:PutObject');
    expect(actions).toContain('dynamodb:Scan');
  });
});
