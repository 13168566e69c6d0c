import { endpointVariable } from './aws-endpoints.ts';

/* The names of the variables are in a file of their own, so that a check whether one is set loads no client. */
export const kafkaBrokers = 'OFFBEAT_KAFKA_BROKERS';
/** The variable with the prefix of the topics and groups; brokers are named without it too. */
export const kafkaPrefix = 'OFFBEAT_KAFKA_PREFIX';
/** The variable with the URL of the queue of rejected alerts: the dead letters of a publish that reaches no broker. */
export const rejectedAlertsUrl = 'OFFBEAT_REJECTED_ALERTS_URL';
export const openSearchUrl = 'OFFBEAT_OPENSEARCH_URL';

/** The variables that each name a server which replaces a part of the SQLite store. */
export const serverVariables = [
  kafkaBrokers,
  openSearchUrl,
  ...(['DYNAMODB', 'S3', 'SNS'] as const).map(endpointVariable),
];
