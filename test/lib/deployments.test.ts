import { Token } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { deploymentNames, stacksOf, synthDeployment, type TemplateResource } from './deployments.ts';

const encryptedBy = { SSEAlgorithm: expect.stringMatching(/^(AES256|aws:kms)$/) };

/** What every resource of a type must say, in whatever deployment it is. */
const promises: Readonly<Record<string, object>> = {
  'AWS::S3::Bucket': {
    BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: encryptedBy }] },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  },
  'AWS::DynamoDB::Table': {
    SSESpecification: { SSEEnabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    DeletionProtectionEnabled: true,
  },
  'AWS::SNS::Topic': { KmsMasterKeyId: expect.anything() },
  'AWS::KMS::Key': { EnableKeyRotation: true },
  'AWS::MSK::Cluster': {
    EncryptionInfo: { EncryptionInTransit: { ClientBroker: 'TLS', InCluster: true } },
    ClientAuthentication: { Unauthenticated: { Enabled: false } },
  },
  'AWS::OpenSearchService::Domain': {
    EncryptionAtRestOptions: { Enabled: true },
    NodeToNodeEncryptionOptions: { Enabled: true },
    DomainEndpointOptions: { EnforceHTTPS: true, TLSSecurityPolicy: 'Policy-Min-TLS-1-2-PFS-2023-10' },
    AdvancedSecurityOptions: { Enabled: true },
    VPCOptions: expect.anything(),
  },
  'AWS::Logs::LogGroup': { RetentionInDays: 30 },
};

const isEncrypted = ({ Properties }: TemplateResource): boolean =>
  Properties?.SqsManagedSseEnabled === true || Properties?.KmsMasterKeyId !== undefined;

describe.each(deploymentNames)('the deployment %s', (name) => {
  const { app, templates } = synthDeployment(name);
  const resources = [...templates.values()].flatMap((template) => Object.entries(template.Resources));
  const ofType = (type: string) => resources.filter(([, resource]) => resource.Type === type);

  it('encrypts what it keeps and sends, and keeps it to itself', () => {
    const told = resources.filter(([, { Type }]) => Type in promises);
    expect(told.length).toBeGreaterThan(0);
    for (const [id, { Type, Properties }] of told) expect(Properties, id).toMatchObject(promises[Type]!);
    for (const [id, queue] of ofType('AWS::SQS::Queue')) expect(isEncrypted(queue), id).toBe(true);
  });

  it('is of no fixed account or region', () => {
    for (const { account, region } of stacksOf(app)) {
      expect([account, region].map((each) => Token.isUnresolved(each))).toEqual([true, true]);
    }
  });

  it('keeps stacks with state from being deleted by mistake', () => {
    const unprotected = stacksOf(app).filter(({ terminationProtection }) => !terminationProtection);
    expect(unprotected.map(({ stackName }) => stackName)).toEqual(['Offbeat']);
  });

  it('has no database, bucket, domain or cluster in the stack that can be made again', () => {
    const kept = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::OpenSearchService::Domain', 'AWS::MSK::Cluster'];
    const types = Object.values(templates.get('Offbeat')!.Resources).map(({ Type }) => Type);
    expect(kept.filter((type) => types.includes(type))).toEqual([]);
  });
});
