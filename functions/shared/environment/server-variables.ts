import { endpointVariable } from './aws-endpoints.ts';

/* The names of the variables are in a file of their own, so that a check whether one is set loads no client. */
export const kafkaBrokers = 'OFFBEAT_KAFKA_BROKERS';
export const openSearchUrl = 'OFFBEAT_OPENSEARCH_URL';

/** The variables that each name a server which replaces a part of the SQLite store. */
export const serverVariables = [
  kafkaBrokers,
  openSearchUrl,
  ...(['DYNAMODB', 'S3', 'SNS'] as const).map(endpointVariable),
];
