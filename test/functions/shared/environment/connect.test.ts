import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { awsOptionsOf } from '../../../../functions/shared/adapters/aws/connect.ts';
import { connectDeliveries, connectLedger } from '../../../../functions/shared/adapters/dynamodb/connect.ts';
import { kafkaConnectionOf } from '../../../../functions/shared/adapters/kafka/connect.ts';
import {
  connectWarehouse,
  connectWarehouseIfAny,
  searchClientOf,
} from '../../../../functions/shared/adapters/opensearch/connect.ts';
import { OpenSearchWarehouse } from '../../../../functions/shared/adapters/opensearch/warehouse.ts';
import { connectObjects } from '../../../../functions/shared/adapters/s3/connect.ts';
import { connectPublisher } from '../../../../functions/shared/adapters/sns/connect.ts';
import { connectAttempts, connectQueue } from '../../../../functions/shared/adapters/sqs/connect.ts';
import { defaultSettings } from '../../../../functions/shared/domain/settings.ts';
import { deployedFile, readDeployed } from '../../../../functions/shared/handler/deployed.ts';
import { onePartitionEach } from '../../../../functions/shared/log/topics.ts';
import { noAttemptQueue } from '../../../../functions/shared/ports/attempt-queue.ts';
import type { Secrets } from '../../../../functions/shared/ports/secrets.ts';

const secrets: Secrets = { get: async (reference) => `value of ${reference}` };

const directory = mkdtempSync(join(tmpdir(), 'offbeat-connect-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('a connection to AWS', () => {
  it('a client connects to AWS, in the region of the environment, unless the service has an endpoint', () => {
    expect(awsOptionsOf({}, 'DYNAMODB')).toEqual({});
    const env = { OFFBEAT_DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000' };
    expect(awsOptionsOf(env, 'DYNAMODB')).toEqual({ endpoint: 'http://127.0.0.1:8000', region: 'us-east-1' });
    expect(awsOptionsOf({ ...env, AWS_REGION: 'eu-central-1' }, 'DYNAMODB').region).toBe('eu-central-1');
    expect(awsOptionsOf(env, 'S3')).toEqual({});
  });

  it('a client of SQS uses the endpoint of SNS, unless SQS has one of its own', () => {
    const env = { OFFBEAT_SNS_ENDPOINT: 'http://127.0.0.1:1' };
    expect(awsOptionsOf(env, 'SQS').endpoint).toBe('http://127.0.0.1:1');
    expect(awsOptionsOf({ ...env, OFFBEAT_SQS_ENDPOINT: 'http://127.0.0.1:2' }, 'SQS').endpoint).toBe(
      'http://127.0.0.1:2',
    );
  });

  it.each([
    ['localhost:8000', '"localhost:8000"'],
    ['nonsense', '"nonsense"'],
    ['ftp://a/secret', 'a value that is not shown here'],
  ])('%s is refused as an address', (value, shown) => {
    expect(() => awsOptionsOf({ OFFBEAT_S3_ENDPOINT: value }, 'S3')).toThrow(
      `OFFBEAT_S3_ENDPOINT: expected an http:// or https:// address, got ${shown}`,
    );
  });

  it('an error names the variable of a missing table or bucket', () => {
    expect(() => connectLedger({})).toThrow("OFFBEAT_LEDGER_TABLE is not set: expected the name of the ledger's table");
    expect(() => connectDeliveries({})).toThrow('OFFBEAT_DELIVERIES_TABLE is not set');
    expect(() => connectObjects({ OFFBEAT_OBJECTS_BUCKET: ' ' })).toThrow('OFFBEAT_OBJECTS_BUCKET is not set');
    expect(() => connectPublisher({})).toThrow('OFFBEAT_ALERT_TOPIC_ARN is not set');
    expect(() => connectQueue({ OFFBEAT_QUEUE_URL: 'http://q' })).toThrow('OFFBEAT_DEAD_LETTERS_URL is not set');
  });
});

describe('a connection to Kafka', () => {
  const brokers = { OFFBEAT_KAFKA_BROKERS: 'a:9092, b:9092' };

  it('a connection to Kafka is plain text by default', () => {
    expect(kafkaConnectionOf(brokers, secrets)).toEqual({ brokers: ['a:9092', 'b:9092'] });
    expect(kafkaConnectionOf({ ...brokers, OFFBEAT_KAFKA_TLS: 'yes' }, secrets)).toMatchObject({ tls: {} });
  });

  it('a connection to Kafka trusts the certificates of a file, and an error names a missing file', () => {
    const path = join(directory, 'ca.pem');
    writeFileSync(path, 'PEM');
    expect(kafkaConnectionOf({ ...brokers, OFFBEAT_KAFKA_CA: path }, secrets).tls).toEqual({ ca: 'PEM' });
    expect(() => kafkaConnectionOf({ ...brokers, OFFBEAT_KAFKA_CA: '/none' }, secrets)).toThrow(
      'OFFBEAT_KAFKA_CA: cannot read /none (ENOENT)',
    );
  });

  it('a connection to Kafka reads the password at each log-in', async () => {
    const login = {
      OFFBEAT_KAFKA_SASL: 'scram-sha-512',
      OFFBEAT_KAFKA_USERNAME: 'me',
      OFFBEAT_KAFKA_PASSWORD: 'env:X',
    };
    const { sasl } = kafkaConnectionOf({ ...brokers, ...login }, secrets);
    expect(sasl).toMatchObject({ mechanism: 'SCRAM-SHA-512', username: 'me' });
    expect(sasl && 'password' in sasl && (await sasl.password())).toBe('value of env:X');
  });

  it('a connection to Kafka reads the user name from Secrets Manager if it is a reference', async () => {
    const login = { OFFBEAT_KAFKA_SASL: 'scram-sha-512', OFFBEAT_KAFKA_PASSWORD: 'secretsmanager:login#password' };
    const usernameOf = (name: string) => {
      const { sasl } = kafkaConnectionOf({ ...brokers, ...login, OFFBEAT_KAFKA_USERNAME: name }, secrets);
      return sasl && 'username' in sasl ? sasl.username : undefined;
    };
    const username = usernameOf('secretsmanager:login#username');
    expect(typeof username === 'function' && (await username())).toBe('value of secretsmanager:login#username');
    expect(usernameOf('file:me')).toBe('file:me');
  });

  it('a connection to MSK is encrypted and signed', () => {
    const env = { ...brokers, OFFBEAT_KAFKA_SASL: 'iam', AWS_REGION: 'eu-central-1' };
    expect(kafkaConnectionOf(env, secrets)).toMatchObject({
      tls: {},
      sasl: { mechanism: 'AWS_MSK_IAM', region: 'eu-central-1' },
    });
  });

  it.each([
    [{ OFFBEAT_KAFKA_BROKERS: 'a' }, 'expected host:port,host:port, got "a"'],
    [{ OFFBEAT_KAFKA_BROKERS: 'kafka://a:9092' }, 'expected host:port,host:port, got a value that is not shown here'],
    [{ ...brokers, OFFBEAT_KAFKA_SASL: 'kerberos' }, 'expected one of iam, plain, scram-sha-256, scram-sha-512, got'],
    [{ ...brokers, OFFBEAT_KAFKA_SASL: 'iam' }, 'AWS_REGION is not set: expected the region of the MSK cluster'],
    [{ ...brokers, OFFBEAT_KAFKA_SASL: 'plain' }, 'OFFBEAT_KAFKA_PASSWORD is not set: expected a reference'],
    [{ ...brokers, OFFBEAT_KAFKA_TLS: 'true' }, 'OFFBEAT_KAFKA_TLS: expected one of yes, no, got "true"'],
  ])('an error names the variable that is wrong in %o', (env, problem) => {
    expect(() => kafkaConnectionOf(env, secrets)).toThrow(problem);
  });
});

describe('a connection to OpenSearch', () => {
  it('a connection to OpenSearch logs in with a password by reference', async () => {
    const login = { OFFBEAT_OPENSEARCH_AUTH: 'basic', OFFBEAT_OPENSEARCH_USERNAME: 'me' };
    const env = { OFFBEAT_OPENSEARCH_URL: 'http://127.0.0.1:9200', ...login };
    await expect(searchClientOf(env, secrets)).rejects.toThrow('OFFBEAT_OPENSEARCH_PASSWORD is not set');
    const client = await searchClientOf({ ...env, OFFBEAT_OPENSEARCH_PASSWORD: 'file:x' }, secrets);
    await client.close();
  });

  it('a password in the address of OpenSearch is refused and not repeated', async () => {
    const env = { OFFBEAT_OPENSEARCH_URL: 'http://me:hidden@127.0.0.1:9200' };
    await expect(searchClientOf(env, secrets)).rejects.toThrow(/^OFFBEAT_OPENSEARCH_URL: expected an address without/);
    const wrong = searchClientOf({ OFFBEAT_OPENSEARCH_URL: 'ftp://me:hidden@host' }, secrets);
    await expect(wrong).rejects.toThrow('got a value that is not shown here');
  });
});

describe('a deployment without a warehouse', () => {
  const env = { OFFBEAT_OPENSEARCH_URL: 'none', OFFBEAT_ATTEMPTS_QUEUE_URL: 'none' };

  it('a function that works without a warehouse has none where the variable is the word none', async () => {
    expect(await connectWarehouseIfAny(env, secrets)).toBeUndefined();
    const url = 'http://127.0.0.1:9200';
    expect(await connectWarehouseIfAny({ OFFBEAT_OPENSEARCH_URL: url }, secrets)).toBeInstanceOf(OpenSearchWarehouse);
  });

  it.each([{}, { OFFBEAT_OPENSEARCH_URL: '' }])(
    'a missing address is an error and not a warehouse less: %o',
    (missing) => expect(connectWarehouseIfAny(missing, secrets)).rejects.toThrow('OFFBEAT_OPENSEARCH_URL is not set'),
  );

  it('a function that needs the warehouse does not start without one', async () => {
    await expect(connectWarehouse(env, secrets)).rejects.toThrow('OFFBEAT_OPENSEARCH_URL: expected an http://');
  });

  it('attempts are dropped where the variable of their queue is the word none, and a missing one is an error', () => {
    expect(connectAttempts(env)).toBe(noAttemptQueue);
    expect(() => connectAttempts({})).toThrow('OFFBEAT_ATTEMPTS_QUEUE_URL is not set');
  });
});

describe('what a function was deployed with', () => {
  it('the settings and layout of a function are read from the file beside its bundle', () => {
    const deployed = { settings: {}, layout: { partitions: { ...onePartitionEach, 'offbeat.samples': 8 } } };
    writeFileSync(join(directory, deployedFile), JSON.stringify(deployed));
    expect(readDeployed(directory)).toEqual({ settings: defaultSettings, layout: deployed.layout });
  });

  it('an error names the file if it is missing or wrong', () => {
    expect(() => readDeployed('/none')).toThrow('/none/offbeat.json does not exist');
    const wrong = { settings: {}, layout: { partitions: { ...onePartitionEach, 'offbeat.samples': 0 } } };
    writeFileSync(join(directory, deployedFile), JSON.stringify(wrong));
    expect(() => readDeployed(directory)).toThrow('layout.partitions.offbeat.samples');
  });
});
