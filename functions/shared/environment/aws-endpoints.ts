/** A service of AWS, as the name of its variable contains it: `OFFBEAT_DYNAMODB_ENDPOINT`. */
export type AwsService = 'DYNAMODB' | 'S3' | 'SNS' | 'SQS' | 'SECRETS_MANAGER';

/** Returns the name of the variable with a service's endpoint. */
export const endpointVariable = (service: AwsService): string => `OFFBEAT_${service}_ENDPOINT`;
