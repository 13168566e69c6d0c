import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDetect } from '../../../functions/detect/handler.ts';
import { functionNames } from '../../../functions/functions.ts';
import { setUpWarehouse } from '../../../functions/set-up-warehouse/set-up.ts';
import { connectLedger } from '../../../functions/shared/adapters/dynamodb/connect.ts';
import { connectObjects } from '../../../functions/shared/adapters/s3/connect.ts';
import { canaryEntity } from '../../../functions/shared/domain/canary.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import type { KafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { families } from '../../../functions/shared/ports/warehouse.ts';
import { sampleDocument } from '../../../functions/shared/warehouse/sample-document.ts';
import { unique } from '../../contract/unique.ts';
import { FakeIam, openSearchRole } from '../../support/fake-iam.ts';
import { FakeMsk, provisioned } from '../../support/fake-msk.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { Receiver } from '../../support/sigkill/receiver.ts';
import { secretsManager } from '../aws.ts';
import { documentsOf } from '../documents.ts';
import { refresh, server, warehouse, wipe } from '../opensearch.ts';
import { embeddedEffects, eventOf, publishedIn } from './effects.ts';
import { events, eventsOf, functionOf } from './events.ts';
import { tableOf } from './figures.ts';
import { bodyOf, gaugesIn, messagesIn, templatesIn } from './read.ts';
import { LambdaStage } from './stage.ts';

/** Milliseconds enough to compile the runtime client, at its first use on a machine. */
const openTimeoutMs = 900_000;

describe('every function as Lambda runs it: its bundle under the runtime client, on real servers', () => {
  let stage: LambdaStage;
  const receiver = new Receiver();
  beforeAll(async () => {
    const secret = unique('hook');
    await secretsManager.send(new CreateSecretCommand({ Name: secret, SecretString: receiver.secret }));
    const webhook = { url: await receiver.listen(), secret: `secretsmanager:${secret}`, allowPrivate: true };
    const receivers = [
      { name: 'terminal', terminal: {} },
      { name: 'hook', webhook },
    ];
    stage = await LambdaStage.open({ receivers });
  }, openTimeoutMs);
  afterAll(async () => {
    if (stage !== undefined) console.log(`\n${tableOf(stage.figures)}\n`);
    receiver.close();
    await stage?.close();
  });
  beforeEach(() => {
    receiver.take();
  });

  it('has an event in events/ for each', () => {
    expect([...new Set(events.map(functionOf))].sort()).toEqual([...functionNames].sort());
  });

  it.each(eventsOf('normalise', 'detect', 'alert'))(
    '%s sends the same records as the embedded function',
    async (name) => {
      const event = eventOf(name);
      const expected = await embeddedEffects(functionOf(name), event, stage.settings);
      const { answer, sent, again } = await stage.invoke(functionOf(name), event);
      expect([answer, again]).toEqual([{ response: null }, { response: null }]);
      expect(sent).toEqual(expected.sent);
    },
  );

  it.each(eventsOf('heartbeat'))('%s appends what it appends embedded', async (name) => {
    const expected = await embeddedEffects('heartbeat', eventOf(name), stage.settings);
    const { answer, sent, again } = await stage.invoke('heartbeat', eventOf(name));
    expect([answer, again]).toEqual([{ response: expected.returned }, { response: expected.returned }]);
    expect(sent).toEqual(expected.sent);
  });

  it.each(eventsOf('persist'))('%s writes the documents that it writes embedded', async (name) => {
    await setUp();
    const expected = await embeddedEffects('persist', eventOf(name), stage.settings);
    const { answer, sent, again } = await stage.invoke('persist', eventOf(name));
    const { returned: response } = expected;
    expect([answer, again]).toEqual([{ response }, { response }]);
    await refresh();
    expect(await documentsOf(warehouse(), families)).toEqual(expected.documents);
    expect(sent).toEqual(expected.sent);
  });

  it.each(eventsOf('publish'))('%s reaches each subscriber of the SNS topic once', async (name) => {
    const expected = await embeddedEffects('publish', eventOf(name), stage.settings);
    const { answer, sent, again, env } = await stage.invoke('publish', eventOf(name));
    expect([answer, again]).toEqual([{ response: null }, { response: null }]);
    expect(sent).toEqual([]);
    const published = (await messagesIn(env.OFFBEAT_QUEUE_URL!)).map(publishedIn);
    expect(published.sort()).toEqual([...expected.published].sort());
  });

  it('notify.alert reaches a webhook, signed with a secret of Secrets Manager, and the log, once each', async () => {
    const { answer, again, log } = await stage.invoke('notify', eventOf('notify.alert'));
    expect([answer, again]).toEqual([{ response: { batchItemFailures: [] } }, { response: { batchItemFailures: [] } }]);
    expect([...receiver.take().values()].map((bodies) => bodies.length)).toEqual([1]);
    expect(log.split('cpu total norm pct high on node-a').length - 1).toBe(1);
  });

  it('notify.redrive reaches the one receiver that it is for', async () => {
    const { answer, log } = await stage.invoke('notify', eventOf('notify.redrive'));
    expect(answer).toEqual({ response: { batchItemFailures: [] } });
    expect(receiver.take().size).toBe(0);
    expect(log).toContain('cpu total norm pct high on node-a');
  });

  it('notify.not-a-notification becomes a dead letter', async () => {
    const { answer, env } = await stage.invoke('notify', eventOf('notify.not-a-notification'));
    expect(answer).toEqual({ response: { batchItemFailures: [] } });
    expect(await messagesIn(env.OFFBEAT_DEAD_LETTERS_URL!)).toContain('{"hello":"world"}');
  });

  it.each(eventsOf('api').filter((name) => name !== 'api.health'))('%s is answered as embedded', async (name) => {
    await setUp();
    const expected = await embeddedEffects('api', eventOf(name), stage.settings);
    const { answer, sent } = await stage.invoke('api', eventOf(name));
    expect(answer).toEqual({ response: expected.returned });
    expect(sent).toEqual(expected.sent);
  });

  it('api.health reports a transaction that is decided and not sent, until sweep has sent it', async () => {
    const env = await stage.freshEnvironment();
    const event = eventOf('detect.samples');
    const expected = await embeddedEffects('detect', event, stage.settings);
    await decideWithoutSending(event as KafkaEvent, env);

    const before = await stage.invoke('api', eventOf('api.health'), env);
    expect(bodyOf(before.answer)).toMatchObject({ status: 'held up', pending: [{ stage: 'detect', partition: 0 }] });

    const swept = await stage.invoke('sweep', eventOf('sweep.schedule'), env);
    expect(swept.answer).toMatchObject({ response: { recovered: 1 } });
    expect(swept.again).toMatchObject({ response: { recovered: 0 } });
    expect(swept.sent).toEqual(expected.sent);

    const after = await stage.invoke('api', eventOf('api.health'), env);
    expect(bodyOf(after.answer)).toMatchObject({ status: 'ok', pending: [], uses: { eventLog: 'Kafka' } });
  });

  it('self-check.schedule ships a canary and the status of Offbeat, and reports the ages of ledger and warehouse', async () => {
    await setUp();
    const env = await stage.freshEnvironment();
    await stage.invoke('detect', eventOf('detect.samples'), env);
    const { answer, sent, log } = await stage.invoke('self-check', eventOf('self-check.schedule'), env);
    expect(answer).toEqual({ response: null });
    expect(new Set(sent.map(({ topic }) => topic))).toEqual(new Set([topics.beats]));
    const shipped = sent.map(({ value }) => JSON.parse(value).service.address);
    expect(shipped.toSorted().slice(0, 3)).toEqual(['offbeat', 'offbeat-canary', 'offbeat-detect']);
    expect(gaugesIn(log)).toEqual(new Set(['stage_age_seconds', 'pending_age_seconds']));

    const timestampMs = Date.now() - 60_000;
    const entity = canaryEntity(stage.settings.cluster.name);
    const canary = {
      entity,
      timestampMs,
      dataset: 'offbeat.canary',
      dimensions: {},
      measurements: {},
      source: 'offbeat',
    };
    const document = sampleDocument.write(canary);
    await warehouse().write([{ family: 'offbeat-samples', id: unique('canary'), timeMs: timestampMs, document }]);
    await refresh();
    const later = await stage.invoke('self-check', eventOf('self-check.schedule'), env);
    expect(gaugesIn(later.log)).toContain('canary_age_seconds');
  });

  it('self-check reports the ages while the broker is unavailable, and fails', async () => {
    const env = { ...(await stage.freshEnvironment()), OFFBEAT_KAFKA_BROKERS: '127.0.0.1:1' };
    const { answer, log } = await stage.invoke('self-check', eventOf('self-check.schedule'), env);
    expect(answer).toMatchObject({ error: { errorType: 'UnavailableError' } });
    expect(gaugesIn(log)).toContain('pending_age_seconds');
  });

  it('set-up-kafka.create leaves topics as they are; test/real/lambda/set-up-kafka.test.ts creates them', async () => {
    const { answer } = await stage.invoke('set-up-kafka', eventOf('set-up-kafka.create'));
    const PhysicalResourceId = 'offbeat-kafka';
    expect(answer).toEqual({ response: { PhysicalResourceId, Data: { created: 0, unchanged: 6 } } });
  });

  it('look-up-brokers.create finds the brokers of MSK', async () => {
    const msk = new FakeMsk();
    try {
      const event = eventOf('look-up-brokers.create') as {
        readonly ResourceProperties: { readonly clusterArn: string };
      };
      msk.clusters.set(event.ResourceProperties.clusterArn, provisioned);
      const env = { ...(await stage.freshEnvironment()), AWS_ENDPOINT_URL_KAFKA: await msk.listen() };
      const { answer } = await stage.invoke('look-up-brokers', event, env);
      const Data = { brokers: 'b-1.msk:9098,b-2.msk:9098,b-3.msk:9098' };
      expect(answer).toEqual({ response: { PhysicalResourceId: 'offbeat-brokers', Data } });
    } finally {
      await msk.close();
    }
  });

  it('set-up-service-role.create finds the role that the account has', async () => {
    const iam = new FakeIam();
    try {
      iam.roles.set(openSearchRole, new Date('2020-01-01T00:00:00Z'));
      const env = { ...(await stage.freshEnvironment()), AWS_ENDPOINT_URL_IAM: await iam.listen() };
      const { answer } = await stage.invoke('set-up-service-role', eventOf('set-up-service-role.create'), env);
      const Data = { roleName: openSearchRole };
      expect(answer).toEqual({ response: { PhysicalResourceId: 'offbeat-service-role', Data } });
    } finally {
      await iam.close();
    }
  });

  it('set-up-warehouse.create creates the templates for CloudFormation, and no roles on a node without security', async () => {
    await wipe();
    const { answer, again } = await stage.invoke('set-up-warehouse', eventOf('set-up-warehouse.create'));
    const PhysicalResourceId = 'offbeat-warehouse';
    const Data = { created: families.length, updated: 0, unchanged: 0, notAvailable: expect.any(Number) };
    expect(answer).toMatchObject({ response: { PhysicalResourceId, Data } });
    const unchanged = { ...Data, created: 0, unchanged: families.length };
    expect(again).toMatchObject({ response: { PhysicalResourceId, Data: unchanged } });
  });

  it('set-up-warehouse.deployment creates the templates, and changes nothing the second time', async () => {
    await wipe();
    const { answer, again } = await stage.invoke('set-up-warehouse', eventOf('set-up-warehouse.deployment'));
    expect(templatesIn(answer)).toEqual(families.map((name) => [name, 'created']));
    expect(templatesIn(again)).toEqual(families.map((name) => [name, 'unchanged']));
    const { body } = await server.request('GET', '/_index_template/offbeat-*');
    const made = (body as { index_templates: { name: string }[] }).index_templates.map(({ name }) => name);
    expect(made.sort()).toEqual([...families].sort());
  });

  it('a warehouse that requires signed requests gets them: the signer is in the bundle', async () => {
    await setUp();
    const env = { ...(await stage.freshEnvironment()), OFFBEAT_OPENSEARCH_AUTH: 'sigv4' };
    const { answer } = await stage.invoke('set-up-warehouse', {}, env);
    expect(templatesIn(answer)).toEqual(families.map((name) => [name, 'unchanged']));
  });

  it('aggregate.hour rolls up one hour, aggregate.schedule the last three hours', async () => {
    await setUp();
    await stage.invoke('persist', eventOf('persist.summary'));
    await refresh();
    const { answer } = await stage.invoke('aggregate', eventOf('aggregate.hour'));
    expect(answer).toEqual({ response: [{ hour: '2026-11-23T10:00:00.000Z', minutes: 1, documents: 1 }] });
    await refresh();
    expect(await warehouse().count('offbeat-summaries-1h')).toBe(1);
    const scheduled = await stage.invoke('aggregate', eventOf('aggregate.schedule'));
    expect(scheduled.answer).toEqual({ response: [expect.anything(), expect.anything(), expect.anything()] });
  });

  it('a function that is deployed without a variable reports which, in place of its first answer', async () => {
    const { OFFBEAT_LEDGER_TABLE: _, ...without } = await stage.freshEnvironment();
    await expect(stage.start('detect', without)).rejects.toThrow(
      "the function could not be loaded: UsageError: OFFBEAT_LEDGER_TABLE is not set: expected the name of the ledger's table",
    );
  });

  it('a function whose broker is unavailable answers with an error, and its log names stage and reason', async () => {
    const env = { ...(await stage.freshEnvironment()), OFFBEAT_KAFKA_BROKERS: '127.0.0.1:1' };
    const { answer, log } = await stage.invoke('normalise', eventOf('normalise.metricbeat'), env);
    expect(answer).toMatchObject({ error: { errorType: 'UnavailableError' } });
    expect(log).toContain('"stage":"normalise","reason":"UNAVAILABLE"');
  });

  async function setUp(): Promise<void> {
    await wipe();
    await setUpWarehouse(server, Date.now());
  }

  /** Runs detect up to its commit point, with a log that accepts nothing. */
  async function decideWithoutSending(event: KafkaEvent, env: Awaited<ReturnType<LambdaStage['freshEnvironment']>>) {
    const detect = createDetect({
      settings: stage.settings,
      layout: defaultLayout,
      ledger: connectLedger(env),
      objects: connectObjects(env),
      eventLog: { append: () => Promise.reject(new UnavailableError('away')), earliestOffset: async () => 0 },
      telemetry: silentTelemetry,
      // An hour ago, so that sweep and health are due to report it.
      clock: { ...systemClock, nowMs: () => systemClock.nowMs() - 3_600_000 },
    });
    await expect(detect(event, lambdaContext())).rejects.toThrow('away');
  }
});
