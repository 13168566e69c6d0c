import { startDynamoDb, startMiniStack } from './servers/aws.ts';
import { startKafka } from './servers/kafka.ts';
import { startOpenSearch } from './servers/opensearch.ts';
import type { StartedServer } from './servers/server.ts';

/** The servers, by the variables that name them to the tests. */
const servers: readonly { readonly variables: readonly string[]; readonly start: () => Promise<StartedServer> }[] = [
  { variables: ['OFFBEAT_KAFKA_BROKERS'], start: startKafka },
  { variables: ['OFFBEAT_OPENSEARCH_URL'], start: startOpenSearch },
  { variables: ['OFFBEAT_DYNAMODB_ENDPOINT'], start: startDynamoDb },
  {
    variables: [
      'OFFBEAT_S3_ENDPOINT',
      'OFFBEAT_SNS_ENDPOINT',
      'OFFBEAT_SQS_ENDPOINT',
      'OFFBEAT_SECRETS_MANAGER_ENDPOINT',
    ],
    start: startMiniStack,
  },
];

/** Starts the servers that the environment does not name. @returns a function that stops them */
export default async function startServers(): Promise<() => Promise<void>> {
  const missing = servers.filter(({ variables }) => variables.some((name) => process.env[name] === undefined));
  const outcomes = await Promise.allSettled(
    missing.map(async ({ variables, start }) => {
      const started = await start();
      for (const name of variables) process.env[name] ??= started.address;
      return started;
    }),
  );
  const stop = async () => {
    await Promise.all(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.close() : undefined)));
  };
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return stop;
  await stop();
  throw failed.reason;
}
