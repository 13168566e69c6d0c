import { endpointVariable } from './aws-endpoints.ts';

/** Names of variables alone: who only looks whether one is set loads no client for that. */
export const kafkaBrokers = 'OFFBEAT_KAFKA_BROKERS';
export const openSearchUrl = 'OFFBEAT_OPENSEARCH_URL';

/** Each names a server that stands in place of SQLite. */
export const serverVariables = [
  kafkaBrokers,
  openSearchUrl,
  ...(['DYNAMODB', 'S3', 'SNS'] as const).map(endpointVariable),
];
