import { CustomResource } from 'aws-cdk-lib';
import type { CfnFunction, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Provider } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import { accept, acceptWildcards, invokeReason } from './findings.ts';
import type { OffbeatFunction } from './function.ts';

export interface CustomResourceProps {
  /** The end of the resource's type, after `Custom::Offbeat`. */
  readonly type: string;
  readonly onEvent: OffbeatFunction;
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * Creates a custom resource, whose function runs at each deployment that changes the function's code or the properties.
 * CDK's provider answers CloudFormation from outside the VPC, so that the function needs no route to it.
 */
export function customResource(scope: Construct, id: string, props: CustomResourceProps): CustomResource {
  const { type, onEvent, properties } = props;
  // One log for both: CDK would create a second log that is kept for two years and outlives the stack.
  const provider = new Provider(scope, `${id}Provider`, { onEventHandler: onEvent, logGroup: onEvent.logGroup });
  acceptFramework(provider, onEvent);
  return new CustomResource(scope, id, {
    serviceToken: provider.serviceToken,
    resourceType: `Custom::Offbeat${type}`,
    properties: { ...properties, code: codeOf(onEvent) },
  });
}

function acceptFramework(provider: Provider, onEvent: OffbeatFunction): void {
  const { role } = provider.node.findChild('framework-onEvent') as IFunction;
  accept(
    provider,
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    'a function of CDK, which writes its log by a policy of AWS, and may also invoke one function of Offbeat',
  );
  acceptWildcards(role!, [`${onEvent.functionArn}:*`], invokeReason);
}

/** Returns the object name of a function's code, which changes with each release that changes the function. */
function codeOf(onEvent: OffbeatFunction): string {
  const { code } = onEvent.node.defaultChild as CfnFunction;
  return (code as CfnFunction.CodeProperty).s3Key ?? '';
}
