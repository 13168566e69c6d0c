import { CustomResource, RemovalPolicy } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
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
  return new CustomResource(scope, id, {
    serviceToken: provider.serviceToken,
    resourceType: `Custom::Offbeat${type}`,
    properties: { ...properties, code: codeOf(onEvent) },
  });
}

/** A new release may have more to set up. */
function codeOf(onEvent: OffbeatFunction): string {
  const { code } = onEvent.node.defaultChild as CfnFunction;
  return (code as CfnFunction.CodeProperty).s3Key ?? '';
}
