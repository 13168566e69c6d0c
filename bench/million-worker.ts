import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDetect } from '../functions/detect/handler.ts';
import { clientConfig } from '../functions/shared/adapters/aws/client-config.ts';
import { dynamodbLedger } from '../functions/shared/adapters/dynamodb/ledger.ts';
import { s3Client, s3Objects } from '../functions/shared/adapters/s3/objects.ts';
import { defaultSettings } from '../functions/shared/domain/settings.ts';
import type { KafkaEvent } from '../functions/shared/log/kafka-event.ts';
import type { PartitionCounts } from '../functions/shared/log/topics.ts';
import { systemClock } from '../functions/shared/ports/clock.ts';
import { silentTelemetry } from '../functions/shared/ports/telemetry.ts';
import { lambdaContext } from '../local/lambda/lambda-context.ts';
import { countedLog, countedObjects, countRequests, noRequests, type Requests } from './counted.ts';

/** The settings of a worker: where it keeps its state, and the partitions of `samples`. */
export interface WorkerOptions {
  readonly dynamodbEndpoint: string;
  readonly s3Endpoint: string;
  readonly region: string;
  readonly tableName: string;
  readonly bucket: string;
  readonly partitions: PartitionCounts;
}

/** The figures of one batch. */
export interface WorkerAnswer {
  readonly tookMs: number;
  /** The CPU time of all threads, ms. */
  readonly cpuMs: number;
  readonly requests: Requests;
  /** The largest memory of the process so far, bytes. */
  readonly peakBytes: number;
  readonly error?: string;
}

/** A container of the `detect` function: a process that gets events one after the other. */

const timeoutMs = 60_000;
const options: WorkerOptions = JSON.parse(process.argv[2]!);
const { dynamodbEndpoint, s3Endpoint, region, tableName, bucket, partitions } = options;
const requests = noRequests();

const dynamodb = new DynamoDBClient(clientConfig({ endpoint: dynamodbEndpoint, region }));
countRequests(dynamodb, requests);
const s3 = s3Client({ endpoint: s3Endpoint, region, forcePathStyle: true });
const detect = createDetect({
  settings: defaultSettings,
  layout: { partitions },
  ledger: dynamodbLedger({ client: dynamodb, tableName }),
  objects: countedObjects(s3Objects({ client: s3, bucket }), requests),
  eventLog: countedLog(requests),
  telemetry: silentTelemetry,
  clock: systemClock,
});

process.on('message', async (event: KafkaEvent) => {
  Object.assign(requests, noRequests());
  const cpuBefore = process.cpuUsage();
  const beganMs = performance.now();
  const error = await detect(event, lambdaContext('detect', timeoutMs, systemClock)).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  const tookMs = performance.now() - beganMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  const answer: WorkerAnswer = {
    tookMs,
    cpuMs: (user + system) / 1000,
    requests: { ...requests },
    peakBytes: process.resourceUsage().maxRSS * 1024,
    ...(error === undefined ? {} : { error }),
  };
  process.send!(answer);
});
