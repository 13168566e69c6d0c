import type { AwsOptions } from '../adapters/aws/client-config.ts';
import { address, type Environment, optional } from './variables.ts';

/** By the word in its variable, `OFFBEAT_DYNAMODB_ENDPOINT`. */
export type AwsService = 'DYNAMODB' | 'S3' | 'SNS' | 'SQS' | 'SECRETS_MANAGER';

/** The region of whoever answers at an endpoint and does not care. */
const regionDefault = 'us-east-1';

export const endpointVariable = (service: AwsService): string => `OFFBEAT_${service}_ENDPOINT`;

/**
 * AWS itself, in the region the environment names, or what answers at the service's own endpoint. Credentials are
 * found as the AWS SDK finds them. SQS is asked where SNS is, unless it has an endpoint of its own.
 * @throws {UsageError} if the endpoint is no address
 */
export function awsOptionsOf(env: Environment, service: AwsService): AwsOptions {
  const own = address(env, endpointVariable(service));
  const endpoint = own ?? (service === 'SQS' ? address(env, endpointVariable('SNS')) : undefined);
  if (endpoint === undefined) return {};
  return { endpoint, region: optional(env, 'AWS_REGION') ?? optional(env, 'AWS_DEFAULT_REGION') ?? regionDefault };
}
