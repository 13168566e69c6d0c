import { ArnFormat, type CustomResource, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { customResource } from './custom-resource.ts';
import { type FunctionDefaults, OffbeatFunction } from './function.ts';

const service = 'opensearchservice.amazonaws.com';
const roleName = 'AWSServiceRoleForAmazonOpenSearchService';

/**
 * Creates the service-linked role by which OpenSearch Service puts a domain into a VPC, unless the account has it: a domain
 * that depends on the returned resource finds it. A deletion leaves the role, which costs nothing, and which the account's
 * other domains use.
 *
 * CDK's `AwsCustomResource` does not fit: it ignores errors by their code alone, and IAM has the same code for a role that
 * exists and for a service that it does not know; nor can it wait. `AWS::IAM::ServiceLinkedRole` fails if the role exists.
 * @see https://docs.aws.amazon.com/opensearch-service/latest/developerguide/slr-aos.html
 */
export function openSearchServiceRole(
  scope: Construct,
  id: string,
  { network, logRetention }: Pick<FunctionDefaults, 'network' | 'logRetention'>,
): CustomResource {
  // It reads no settings, so that a change of them does not change a stack with state.
  const defaults = { network, logRetention, tracing: false };
  const onEvent = new OffbeatFunction(scope, `${id}SetUp`, { ...defaults, name: 'set-up-service-role' });
  const roleArn = Stack.of(scope).formatArn({
    service: 'iam',
    region: '',
    resource: 'role',
    resourceName: `aws-service-role/${service}/${roleName}`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  onEvent.addToRolePolicy(
    new PolicyStatement({
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [roleArn],
      conditions: { StringEquals: { 'iam:AWSServiceName': service } },
    }),
  );
  onEvent.addToRolePolicy(new PolicyStatement({ actions: ['iam:GetRole'], resources: [roleArn] }));
  return customResource(scope, id, { type: 'ServiceRole', onEvent, properties: { roleName, service } });
}
