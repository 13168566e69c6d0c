import type { GetMetricDataInput, GetMetricDataOutput } from '@aws-sdk/client-cloudwatch';
import type { SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCollect } from '../../../functions/collect/handler.ts';
import { createCollectAccount } from '../../../functions/collect-account/handler.ts';
import { embeddedSecrets } from '../../../functions/shared/adapters/secrets/embedded.ts';
import { UnavailableError, UsageError } from '../../../functions/shared/domain/errors.ts';
import { onePartitionEach, topics } from '../../../functions/shared/log/topics.ts';
import type { DocumentQueue } from '../../../functions/shared/ports/document-queue.ts';
import type { EventLog } from '../../../functions/shared/ports/event-log.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { parseSettings } from '../../../settings/file.ts';
import { FakeControlPlane } from '../../support/fake-msk-control-plane.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { MemoryLog } from '../../support/memory-ports.ts';
import { type Script, scriptedAws } from '../../support/scripted-aws.ts';

const aws = scriptedAws();
/** Answers each query of CloudWatch with 1, at the begin of the period. */
const ones: Script = ({ body }) => {
  const { MetricDataQueries = [], StartTime } = JSON.parse(body) as GetMetricDataInput;
  const MetricDataResults = MetricDataQueries.map(({ Id }) => ({ Id, Timestamps: [StartTime!], Values: [1] }));
  return { status: 200, body: { MetricDataResults } satisfies GetMetricDataOutput };
};

let msk: FakeControlPlane;
beforeEach(async () => {
  msk = new FakeControlPlane();
  vi.stubEnv('AWS_ENDPOINT_URL_KAFKA', await msk.listen());
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await msk.close();
});

const nowMs = 1_795_849_830_000;
const clock = { nowMs: () => nowMs, random: () => 0.5 };
const settings = parseSettings(
  'collect: [{ target: "msk://offbeat", period: 1m }, { target: "moosefs://mfsmaster" }, { target: "aws://queues", period: 5m }]\n',
  'offbeat.yaml',
);
const messageOf = (body: string) => ({
  messageId: 'm-1',
  body,
  attributes: { SentTimestamp: String(nowMs - 1_000) },
});
const eventOf = (...bodies: readonly string[]) => ({ Records: bodies.map(messageOf) }) as unknown as SQSEvent;
const dueOf = (target: string) => JSON.stringify({ target, delaySeconds: 0 });
const telemetryOf = () =>
  new MemoryTelemetry(
    () => {},
    () => '',
  );

const env = { AWS_REGION: 'eu-central-1', OFFBEAT_OWN_QUEUES: 'alerts' };

function openAccount(documents: DocumentQueue) {
  const telemetry = telemetryOf();
  const collect = createCollectAccount({ settings, documents, telemetry, clock, env });
  return { invoke: (event: SQSEvent) => collect(event, lambdaContext()), telemetry };
}

function openCollect(eventLog: EventLog) {
  const telemetry = telemetryOf();
  const layout = { partitions: onePartitionEach };
  const collect = createCollect({ settings, eventLog, telemetry, layout, secrets: embeddedSecrets({}), clock });
  return { invoke: (event: SQSEvent) => collect(event, lambdaContext()), telemetry };
}

describe('collect-account', () => {
  it('asks about a target, and collect appends the documents that it hands over', async () => {
    const bodies: string[] = [];
    const { invoke, telemetry } = openAccount({ send: async (body) => void bodies.push(body) });
    expect(await invoke(eventOf(dueOf('msk://offbeat')))).toEqual({ batchItemFailures: [] });
    expect(bodies).toHaveLength(1);
    const log = new MemoryLog();
    const appending = openCollect(log);
    expect(await appending.invoke(eventOf(...bodies))).toEqual({ batchItemFailures: [] });
    const documents = log.records(topics.beats, 0).map(({ value }) => JSON.parse(value!.toString()));
    expect(documents.map(({ event }) => event.dataset)).toEqual(['msk.cluster', ...Array(3).fill('msk.broker')]);
    expect(log.records(topics.beats, 0).map(({ key }) => String(key))).toEqual(Array(4).fill('offbeat.eu-central-1'));
    expect([telemetry.counts(), appending.telemetry.counts()]).toEqual([{}, {}]);
  });

  it('leaves targets of a network to collect, and collect leaves those of AWS to it', async () => {
    const bodies: string[] = [];
    const { invoke } = openAccount({ send: async (body) => void bodies.push(body) });
    await invoke(eventOf(dueOf('moosefs://mfsmaster')));
    expect(bodies).toEqual([]);
    await openCollect(new MemoryLog()).invoke(eventOf(dueOf('msk://offbeat')));
    expect(msk.asked).toEqual([]);
  });

  it('receives a message again if its queue does not answer', async () => {
    const { invoke, telemetry } = openAccount({ send: () => Promise.reject(new UnavailableError('SQS: no answer')) });
    const event = eventOf(dueOf('msk://offbeat'));
    expect(await invoke(event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    expect(telemetry.counts()).toEqual({ 'failures{reason=UNAVAILABLE,stage=collect-account}': 1 });
  });

  it('asks for a period of queues again if its documents were not handed over', async () => {
    await aws.answer([ones]);
    vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH', aws.endpoint);
    const bodies: string[] = [];
    let failuresLeft = 1;
    const send = async (body: string): Promise<void> => {
      failuresLeft -= 1;
      if (failuresLeft >= 0) throw new UnavailableError('SQS: no answer');
      bodies.push(body);
    };
    const { invoke } = openAccount({ send });
    const event = eventOf(dueOf('aws://queues'));
    expect(await invoke(event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    expect(await invoke(event)).toEqual({ batchItemFailures: [] });
    expect(bodies).toHaveLength(1);
    await invoke(event);
    expect(bodies).toHaveLength(1);
  });

  it('takes no documents itself', async () => {
    const { invoke } = openAccount({ send: async () => {} });
    await expect(invoke(eventOf('{"target":"a","documents":[{"a":1}]}'))).rejects.toThrow(UsageError);
  });
});

describe('collect, of documents that were handed over', () => {
  const handedOver = '{"target":"msk://offbeat","documents":[{"host":{"name":"a"}},{"host":{"name":"b"}}]}';
  const log: EventLog = { append: async () => [], earliestOffset: async () => 0 };

  it('receives them again if the log does not answer', async () => {
    const append = () => Promise.reject(new UnavailableError('Kafka: no answer'));
    const { invoke } = openCollect({ ...log, append });
    expect(await invoke(eventOf(handedOver))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
  });

  it('counts those that the log refuses', async () => {
    const { invoke, telemetry } = openCollect({ ...log, append: async () => [{ index: 1, reason: 'too large' }] });
    expect(await invoke(eventOf(handedOver))).toEqual({ batchItemFailures: [] });
    expect(telemetry.counts()).toEqual({ 'failures{reason=REFUSED,stage=collect}': 1 });
  });
});
