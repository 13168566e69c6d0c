import { type AwsService, endpointVariable } from '../../environment/aws-endpoints.ts';
import { address, type Environment, optional } from '../../environment/variables.ts';
import type { AwsOptions } from './client-config.ts';

/** The region for a server at an endpoint of its own, which ignores it; the SDK requires one. */
const regionDefault = 'us-east-1';

/**
 * Returns the options of a client for a service: its endpoint if the environment names one, and otherwise AWS in the region
 * of the environment. The AWS SDK finds the credentials. SQS uses the endpoint of SNS, unless it has one of its own.
 * @throws {UsageError} if the endpoint is not an address
 */
export function awsOptionsOf(env: Environment, service: AwsService): AwsOptions {
  const own = address(env, endpointVariable(service));
  const endpoint = own ?? (service === 'SQS' ? address(env, endpointVariable('SNS')) : undefined);
  if (endpoint === undefined) return {};
  return { endpoint, region: optional(env, 'AWS_REGION') ?? optional(env, 'AWS_DEFAULT_REGION') ?? regionDefault };
}
