import type { Environment } from '../../functions/shared/environment/variables.ts';
import { startDynamoDb, startMiniStack } from '../../test/real/servers/aws.ts';
import { startKafka } from '../../test/real/servers/kafka.ts';
import { startOpenSearch } from '../../test/real/servers/opensearch.ts';

/** Servers on loopback, each a process, empty at first: Kafka, OpenSearch, DynamoDB Local and MiniStack (S3, SNS, SQS). */
export interface RealServers {
  /** The environment variables that name the servers. */
  readonly env: Environment;
  close(): Promise<void>;
}

interface Started {
  readonly env: Environment;
  close(): Promise<void>;
}

const starts: readonly (() => Promise<Started>)[] = [
  async () => {
    const { address, close } = await startKafka();
    return { env: { OFFBEAT_KAFKA_BROKERS: address }, close };
  },
  async () => {
    const { address, close } = await startOpenSearch();
    return { env: { OFFBEAT_OPENSEARCH_URL: address }, close };
  },
  async () => {
    const { address, close } = await startDynamoDb({ isKept: false });
    return { env: { OFFBEAT_DYNAMODB_ENDPOINT: address }, close };
  },
  async () => {
    const { address, close } = await startMiniStack();
    return { env: { OFFBEAT_S3_ENDPOINT: address, OFFBEAT_SNS_ENDPOINT: address }, close };
  },
];

/** Starts the servers. @throws {Error} if one cannot be started, such as for want of Java; the others are then stopped */
export async function startServers(): Promise<RealServers> {
  // The emulators accept any credentials; the SDK needs some.
  process.env.AWS_ACCESS_KEY_ID ??= 'bench';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'bench';
  const outcomes = await Promise.allSettled(starts.map((start) => start()));
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const close = async () => void (await Promise.all(started.map((server) => server.close())));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return { env: Object.assign({}, ...started.map(({ env }) => env)), close };
  await close();
  throw failed.reason;
}
