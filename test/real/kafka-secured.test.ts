import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { flagNames } from '../../functions/collect/check-login.ts';
import { collectKafka } from '../../functions/collect/kafka/collect-kafka.ts';
import { parseKafkaTarget } from '../../functions/collect/kafka/target.ts';
import { kafkaLogin } from '../../functions/collect/login.ts';
import { kafkaCluster } from '../../functions/shared/adapters/kafka/cluster.ts';
import { kafkaConnectionOf } from '../../functions/shared/adapters/kafka/connect.ts';
import type { KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { kafkaEventLog } from '../../functions/shared/adapters/kafka/event-log.ts';
import { createTopics } from '../../functions/shared/adapters/kafka/topics.ts';
import { embeddedSecrets } from '../../functions/shared/adapters/secrets/embedded.ts';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import type { Secrets } from '../../functions/shared/ports/secrets.ts';
import { silentTelemetry } from '../../functions/shared/ports/telemetry.ts';
import { openEmbedded } from '../../local/embedded.ts';
import { kafkaBroker } from '../../local/kafka/broker.ts';
import { describeEventLog } from '../contract/event-log.ts';
import { writeLoadRecording } from '../support/load-recording.ts';
import { KafkaReader, record } from './kafka.ts';
import { loginMs, type SecuredKafka, startSecuredKafka, user } from './servers/secured-kafka.ts';

let kafka: SecuredKafka;
beforeAll(async () => {
  kafka = await startSecuredKafka();
});
afterAll(() => kafka?.close());

function envOf(mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512') {
  return {
    OFFBEAT_KAFKA_BROKERS: kafka.tlsLogin,
    OFFBEAT_KAFKA_CA: kafka.caFile,
    OFFBEAT_KAFKA_SASL: mechanism,
    OFFBEAT_KAFKA_USERNAME: user.name,
    OFFBEAT_KAFKA_PASSWORD: 'env:KAFKA_PASSWORD',
  };
}
const fromEnvironment = embeddedSecrets({ KAFKA_PASSWORD: user.password });
const usernameReference = 'secretsmanager:kafka#username';
const secrets: Secrets = {
  get: async (reference) => (reference === usernameReference ? user.name : fromEnvironment.get(reference)),
};

const text = (value: string) => record({ value: Buffer.from(value) });

describe.each([
  ['TLS', () => ({ OFFBEAT_KAFKA_BROKERS: kafka.tls, OFFBEAT_KAFKA_CA: kafka.caFile })],
  ['PLAIN over TLS', () => envOf('plain')],
  ['SCRAM-SHA-256 over TLS', () => envOf('scram-sha-256')],
  [
    'SCRAM-SHA-512, its user named by a secret',
    () => ({ ...envOf('scram-sha-512'), OFFBEAT_KAFKA_USERNAME: usernameReference }),
  ],
  [
    'PLAIN over TLS, its user named by a secret',
    () => ({ ...envOf('plain'), OFFBEAT_KAFKA_USERNAME: usernameReference }),
  ],
  ['PLAIN', () => ({ ...envOf('plain'), OFFBEAT_KAFKA_BROKERS: kafka.login, OFFBEAT_KAFKA_CA: undefined })],
])('a broker reached by %s', (_way, env) => {
  it('accepts records and returns them', async () => {
    const connection = kafkaConnectionOf(env(), secrets);
    await createTopics(connection, { ...onePartitionEach, [topics.samples]: 3 });
    const [log, reader] = [kafkaEventLog(connection), new KafkaReader(connection)];
    const end = await reader.endOffset(topics.samples, 0);
    expect(await log.append([text('a'), text('b')])).toEqual([]);
    expect((await reader.read(topics.samples, 0, end)).map(({ value }) => `${value}`)).toEqual(['a', 'b']);
    await Promise.all([log.close(), reader.close()]);
  });
});

describe('a collection of a Kafka that asks for a log-in over TLS', () => {
  const collect = async (password: string, parts: Partial<KafkaConnection> = {}) => {
    const target = parseKafkaTarget(`kafka://${user.name}@${kafka.tlsLogin}`);
    const flags = { password: 'env:KAFKA_PASSWORD', ca: kafka.caFile };
    const login = await kafkaLogin(target, flags, {
      secrets: embeddedSecrets({ KAFKA_PASSWORD: password }),
      names: flagNames,
    });
    const cluster = kafkaCluster({ brokers: [target.address], ...login, ...parts });
    return (await collectKafka(target, { cluster, clock: systemClock, hostName: 'test' })).documents[0]!.kafka.cluster!;
  };

  it('sees the cluster with the password of the user, and says what the user may not see', async () => {
    expect(await collect(user.password)).toMatchObject({
      status: 'degraded',
      brokers: { count: 1 },
      reason: expect.stringMatching(/^not read: the logs of broker 1 \(.*31.*\)$/),
    });
  });

  it.each<readonly [string, string, Partial<KafkaConnection>, RegExp]>([
    ['a wrong password', 'wrong-password', {}, /^(?!.*wrong-password).*(SASL|authentication|Authentication)/],
    ['a certificate that nobody known signed', user.password, { tls: {} }, /certificate/],
  ])('is unknown with %s, and says why', async (_, password, parts, reason) => {
    expect(await collect(password, parts)).toMatchObject({
      status: 'unknown',
      collected: false,
      reason: expect.stringMatching(reason),
    });
  });
});

describeEventLog('Kafka by SCRAM-SHA-512 over TLS', async ({ partitions }) => {
  const connection = kafkaConnectionOf(envOf('scram-sha-512'), secrets);
  await createTopics(connection, partitions);
  const [eventLog, reader] = [kafkaEventLog(connection), new KafkaReader(connection)];
  return {
    eventLog,
    read: (topic, partition, offset) => reader.read(topic, partition, offset),
    endOffset: (topic, partition) => reader.endOffset(topic, partition),
    close: async () => void (await Promise.all([eventLog.close(), reader.close()])),
  };
});

describe('the flow over SCRAM-SHA-512 and TLS', () => {
  it('makes an alert from documents, with only the documented rights', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'offbeat-secured-'));
    vi.stubEnv('KAFKA_PASSWORD', user.password);
    let printed = '';
    const terminal = (text: string) => {
      printed += text;
    };
    const env = envOf('scram-sha-512');
    const embedded = await openEmbedded({ dataDir: undefined, settings: defaultSettings, terminal, env });
    try {
      const file = join(directory, 'load.ndjson');
      writeLoadRecording(file);
      await embedded.replay({ file, cluster: 'recorded' });
      await embedded.drain();
      expect(await embedded.ports.warehouse.count('offbeat-alerts')).toBe(1);
      expect(printed).toMatch(/resolved/i);
    } finally {
      await embedded.close();
      vi.unstubAllEnvs();
      rmSync(directory, { recursive: true });
    }
  });
});

/** A log-in as with MSK, with unsigned tokens in place of a role's. */
describe('a log-in by token', () => {
  /** Returns a connection with tokens that each have a number of their own, and the count of requested tokens. */
  function tokens(source: (nth: number) => Promise<string> = async (nth) => tokenOf(nth)) {
    let asked = 0;
    const connection: KafkaConnection = {
      brokers: [kafka.tlsLogin],
      tls: { ca: kafka.ca },
      sasl: { mechanism: 'AWS_MSK_IAM', region: 'eu-north-1', token: () => source(++asked) },
    };
    return { connection, asked: () => asked };
  }

  /** Returns a token that is valid a little longer than the broker accepts a log-in. */
  function tokenOf(nth: number): string {
    const nowS = Date.now() / 1_000;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { sub: user.name, iat: nowS, exp: nowS + (2 * loginMs) / 1_000, jti: `${nth}` };
    return `${part({ alg: 'none' })}.${part(claims)}.`;
  }

  const patience = { timeout: 30_000, interval: 50 };

  it('is renewed before it is over, while records are appended, and none is lost or refused', async () => {
    const { connection, asked } = tokens();
    const [log, reader] = [kafkaEventLog(connection), new KafkaReader(connection)];
    const end = await reader.endOffset(topics.samples, 0);
    const before = asked();
    let sent = 0;
    // Two connections log in again three times at least.
    while (asked() < before + 6) expect(await log.append([text(String(sent++))])).toEqual([]);
    const found = (await reader.read(topics.samples, 0, end)).map(({ value }) => `${value}`);
    expect(found).toEqual(Array.from({ length: sent }, (_, nth) => String(nth)));
    await Promise.all([log.close(), reader.close()]);
  });

  it('keeps a consumer and its partitions in the group', async () => {
    const { connection, asked } = tokens();
    const assignments: number[] = [];
    const broker = kafkaBroker({
      connection,
      stages: [{ stage: 'by-token', group: 'offbeat-by-token', topics: [topics.samples] }],
      telemetry: silentTelemetry,
      onAssignment: (_stage, partitions) => assignments.push(partitions.length),
    });
    await broker.join();
    const source = broker.source('by-token');
    await vi.waitFor(() => expect(source.assigned).toHaveLength(3), patience);
    const [joined, log] = [asked(), kafkaEventLog(connection)];
    await vi.waitFor(() => expect(asked()).toBeGreaterThan(joined + 8), patience);
    const reader = new KafkaReader(connection);
    const end = await reader.endOffset(topics.samples, 0);
    // The records that others left in the topic fill the buffer, and nothing more is fetched until they are committed.
    await source.commit('offbeat-by-token', topics.samples, 0, end);
    await log.append([text('after many log-ins')]);
    await vi.waitFor(
      () => expect(source.read(topics.samples, 0, end, { recordsMax: 10, bytesMax: 1_000 })).toHaveLength(1),
      patience,
    );
    expect(assignments.at(-1)).toBe(3);
    expect(assignments.slice(assignments.indexOf(3))).toEqual([3]);
    await Promise.all([log.close(), reader.close(), broker.close()]);
  });

  it('fails as unavailable without a token, and works once there is one', async () => {
    let isDown = true;
    const { connection } = tokens(async (nth) => {
      if (isDown) throw new Error('no role today');
      return tokenOf(nth);
    });
    const log = kafkaEventLog(connection, { deadlineMs: 5_000 });
    const failure = await log.append([text('a')]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnavailableError);
    expect((failure as Error).message).toContain('no role today');
    isDown = false;
    expect(await log.append([text('b')])).toEqual([]);
    await log.close();
  });

  it('is refused with an expired token', async () => {
    const { connection } = tokens(async (nth) => {
      vi.useFakeTimers({ toFake: ['Date'], now: systemClock.nowMs() - 3_600_000 });
      const old = tokenOf(nth);
      vi.useRealTimers();
      return old;
    });
    const log = kafkaEventLog(connection, { deadlineMs: 5_000 });
    await expect(log.append([text('a')])).rejects.toThrow(UnavailableError);
    await log.close();
  });
});
