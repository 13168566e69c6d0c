import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { describe, expect, it } from 'vitest';
import { Network } from '../../../lib/constructs/network.ts';
import { Warehouse } from '../../../lib/constructs/warehouse.ts';

describe('the warehouse', () => {
  const stack = new Stack(new App({ context: { [BUNDLING_STACKS]: [] } }), 'Test');
  new Warehouse(stack, 'Warehouse', { network: new Network(stack, 'Network') });
  const template = Template.fromStack(stack);
  const [domain] = Object.values(template.findResources('AWS::OpenSearchService::Domain'));

  it('is made after the policy that lets it write its logs, or OpenSearch Service refuses it', () => {
    const [policy] = Object.keys(template.findResources('AWS::Logs::ResourcePolicy'));
    expect(domain?.DependsOn).toContain(policy);
  });

  it('is delayed after that policy by the function of the service role', () => {
    const [policy] = Object.keys(template.findResources('AWS::Logs::ResourcePolicy'));
    const [role] = Object.values(template.findResources('Custom::OffbeatServiceRole'));
    expect(role?.DependsOn).toContain(policy);
  });

  it('is made after the service-linked role, or OpenSearch Service refuses a domain in a VPC', () => {
    const roles = template.findResources('Custom::OffbeatServiceRole');
    expect(Object.values(roles).map(({ Properties }) => Properties)).toMatchObject([
      { roleName: 'AWSServiceRoleForAmazonOpenSearchService', service: 'opensearchservice.amazonaws.com' },
    ]);
    expect(domain?.DependsOn).toContain(Object.keys(roles)[0]);
  });

  it('may create and read that one role, for that one service', () => {
    const suffix = 'aws-service-role/opensearchservice.amazonaws.com/AWSServiceRoleForAmazonOpenSearchService';
    const Resource = {
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, `:role/${suffix}`]],
    };
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Action: 'iam:CreateServiceLinkedRole',
            Condition: { StringEquals: { 'iam:AWSServiceName': 'opensearchservice.amazonaws.com' } },
            Effect: 'Allow',
            Resource,
          },
          { Action: 'iam:GetRole', Effect: 'Allow', Resource },
        ]),
      },
    });
  });
});
