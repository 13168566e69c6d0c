import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topics } from '../../../functions/shared/log/topics.ts';
import { unique } from '../../contract/unique.ts';
import { FakeControlPlane } from '../../support/fake-msk-control-plane.ts';
import { sqs } from '../aws.ts';
import { sharedKafka } from '../kafka.ts';
import { eventOf, type Sent } from './effects.ts';
import { messagesIn } from './read.ts';
import { LambdaStage } from './stage.ts';

/** Milliseconds enough to compile the runtime client, at its first use on a machine. */
const openTimeoutMs = 900_000;

const kafka = `kafka://${sharedKafka().brokers[0]}`;
const search = process.env.OFFBEAT_OPENSEARCH_URL!;
const silent = 'kafka://127.0.0.1:1';
const targets = [kafka, search, silent, 'msk://offbeat'];

describe('functions that collect, as Lambda runs them: their bundles under the runtime client, on real servers', () => {
  let stage: LambdaStage;
  const msk = new FakeControlPlane();
  beforeAll(async () => {
    const collect = targets.map((target) => ({ target, period: '1m' }));
    stage = await LambdaStage.open({ collect }, ['collect', 'collect-account']);
  }, openTimeoutMs);
  afterAll(async () => {
    await msk.close();
    await stage?.close();
  });

  it.each([
    [kafka, 'kafka.cluster', { status: 'ok', up: true, brokers: { count: 1 } }],
    [search, 'elasticsearch.cluster', { up: true, collected: true }],
  ])('collect appends the documents of %s to beats', async (target, dataset, cluster) => {
    const { answer, sent } = await stage.invoke('collect', dueEvent('collect.target', target));
    expect(answer).toEqual({ response: { batchItemFailures: [] } });
    expect(new Set(sent.map(({ topic }) => topic))).toEqual(new Set([topics.beats]));
    const [first] = sent.map(documentOf);
    expect(first).toMatchObject({ event: { dataset }, metricset: { period: 60_000 } });
    const [module] = dataset.split('.');
    expect(first![module!]).toMatchObject({ cluster });
  });

  it('collect appends a document that says why a target does not answer', async () => {
    const { answer, sent } = await stage.invoke('collect', dueEvent('collect.target', silent));
    expect(answer).toEqual({ response: { batchItemFailures: [] } });
    expect(sent.map(documentOf)[0]).toMatchObject({ kafka: { cluster: { up: false, collected: false } } });
  });

  it('collect-account hands what MSK answers to collect over a queue, and collect appends it', async () => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: unique('documents') }));
    const env = {
      ...(await stage.freshEnvironment()),
      AWS_ENDPOINT_URL_KAFKA: await msk.listen(),
      OFFBEAT_DOCUMENTS_QUEUE_URL: QueueUrl,
    };
    const asked = await stage.invoke('collect-account', dueEvent('collect-account.target', 'msk://offbeat'), env);
    expect(asked.answer).toEqual({ response: { batchItemFailures: [] } });
    expect(asked.sent).toEqual([]);

    const [body] = await messagesIn(QueueUrl!);
    const { sent, answer } = await stage.invoke('collect', withBody('collect.documents', body!), env);
    expect(answer).toEqual({ response: { batchItemFailures: [] } });
    const documents = sent.map(documentOf);
    expect(documents.map(({ event }) => event.dataset)).toContain('msk.broker');
    expect(documents[0]).toMatchObject({ msk: { cluster: { status: 'ok', state: 'ACTIVE' } } });
  });
});

interface Shipped extends Record<string, unknown> {
  readonly event: { readonly dataset: string };
}

const documentOf = ({ value }: Sent): Shipped => JSON.parse(value);

/** Returns an event whose message has this body, sent just now. */
function withBody(name: string, body: string): SQSEvent {
  const { Records } = eventOf(name) as SQSEvent;
  const [record] = Records;
  const attributes = { ...record!.attributes, SentTimestamp: `${Date.now()}` };
  return { Records: [{ ...record!, attributes, body }] };
}

const dueEvent = (name: string, target: string): SQSEvent =>
  withBody(name, JSON.stringify({ target, delaySeconds: 0 }));
