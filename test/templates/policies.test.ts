import { describe, expect, it } from 'vitest';
import { parliamentOn } from './linters.ts';
import { policiesOf, type Statement } from './policies.ts';
import type { Templates } from './resolve.ts';

/** A stack with a table, and one with a policy that imports its ARN. */
const templates: Templates = {
  State: {
    Resources: { Table: { Type: 'AWS::DynamoDB::Table' } },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] }, Export: { Name: 'State:Arn' } } },
  },
  Functions: {
    Resources: {
      Topic: { Type: 'AWS::SNS::Topic' },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyDocument: {
            Statement: [
              { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: { 'Fn::ImportValue': 'State:Arn' } },
              { Effect: 'Allow', Action: 'sns:Publish', Resource: { Ref: 'Topic' } },
              { Effect: 'Allow', Action: 'kms:Decrypt', Resource: keyOf({ Ref: 'AWS::Region' }) },
            ],
            Version: '2012-10-17',
          },
        },
      },
    },
  },
};

function keyOf(region: unknown) {
  const id = { 'Fn::Select': [1, { 'Fn::Split': ['/', 'key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9'] }] };
  return { 'Fn::Join': ['', ['arn:aws:kms:', region, ':111122223333:key/', id]] };
}

const [policy] = policiesOf(templates);

/** Returns the findings in a policy with one more statement. */
const findingsWith = async (statement: Statement) => {
  const document = { Version: '2012-10-17', Statement: [...(policy!.document.Statement as Statement[]), statement] };
  return (await parliamentOn([{ ...policy!, document }])).map(([, id, detail]) => `${id} ${detail}`);
};

describe('a policy of a template', () => {
  it('names resources of all stacks by ARNs, without intrinsic functions', () => {
    expect((policy!.document.Statement as Statement[]).map(({ Resource }) => Resource)).toEqual([
      'arn:aws:dynamodb:eu-north-1:111122223333:table/Table',
      'arn:aws:sns:eu-north-1:111122223333:Topic',
      'arn:aws:kms:eu-north-1:111122223333:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9',
    ]);
  });

  it.each([
    [{ Ref: 'Nothing' }, 'no resource Nothing'],
    [{ 'Fn::GetAtt': ['Topic', 'Colour'] }, 'Colour of AWS::SNS::Topic'],
    [{ 'Fn::ImportValue': 'Elsewhere' }, 'no stack exports Elsewhere'],
    [{ 'Fn::Sub': 'a' }, 'Fn::Sub'],
  ])('is not guessed: %j is an error', (Resource, message) => {
    const PolicyDocument = { Statement: [{ Effect: 'Allow', Action: 'sns:Publish', Resource }] };
    const Policy = { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument } };
    const Resources = { ...templates.Functions!.Resources, Policy };
    expect(() => policiesOf({ Functions: { Resources } })).toThrow(message);
  });

  it('has no finding where every action exists and fits its resource', async () => {
    expect(await parliamentOn([policy!])).toEqual([]);
  });

  it('has a finding for an action that does not exist', async () => {
    const findings = await findingsWith({ Effect: 'Allow', Action: 'dynamodb:ReadItem', Resource: '*' });
    expect(findings).toContainEqual(expect.stringMatching(/^UNKNOWN_ACTION .*ReadItem/));
  });

  it('has a finding for a resource of another service', async () => {
    const Resource = 'arn:aws:sqs:eu-north-1:111122223333:queue';
    const findings = await findingsWith({ Effect: 'Allow', Action: 'sns:Publish', Resource });
    expect(findings).toContainEqual(expect.stringMatching(/^RESOURCE_MISMATCH .*sns:Publish/));
  });

  it('has a finding for the objects of a bucket in place of the bucket', async () => {
    const findings = await findingsWith({ Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::b/*' });
    expect(findings).toContainEqual(expect.stringMatching(/^RESOURCE_MISMATCH .*s3:ListBucket/));
  });
});
