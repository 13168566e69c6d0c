import { CustomResource, RemovalPolicy } from 'aws-cdk-lib';
import type { CfnFunction, IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import { accept, acceptWildcards, invokeReason } from './findings.ts';
import type { OffbeatFunction } from './function.ts';

export interface CustomResourceProps {
  /** Of the resource, `Custom::Offbeat…`. */
  readonly type: string;
  readonly onEvent: OffbeatFunction;
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * What a function of ours does at each deployment that changes its code or properties. CDK's provider answers
 * CloudFormation, from outside the VPC, so that the function needs no way to it.
 */
export function customResource(scope: Construct, id: string, props: CustomResourceProps): CustomResource {
  const { type, onEvent, properties } = props;
  const logGroup = new LogGroup(scope, `${id}ProviderLog`, {
    retention: onEvent.logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const provider = new Provider(scope, `${id}Provider`, { onEventHandler: onEvent, logGroup });
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
    'CDK’s own function, which writes its log by AWS’s own policy and may otherwise invoke ours',
  );
  acceptWildcards(role!, [`${onEvent.functionArn}:*`], invokeReason);
}

/** A new release may have more to set up. */
function codeOf(onEvent: OffbeatFunction): string {
  const { code } = onEvent.node.defaultChild as CfnFunction;
  return (code as CfnFunction.CodeProperty).s3Key ?? '';
}
