import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../functions/shared/environment/variables.ts';
import { spawnOffbeat } from '../bin/run-cli.ts';
import { Loopback } from '../support/loopback.ts';
import { type SecuredKafka, startSecuredKafka, user } from './servers/secured-kafka.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-refused-'));
const loopback = new Loopback();
let kafka: SecuredKafka;
beforeAll(async () => {
  kafka = await startSecuredKafka();
});
afterAll(async () => {
  await Promise.all([kafka?.close(), loopback.close()]);
  rmSync(directory, { recursive: true });
});

/** Returns an environment with only the given variables. The home is empty too, because the AWS SDK reads it. */
function start(env: Environment) {
  const data = mkdtempSync(join(directory, 'data-'));
  const args = ['start', '--data', data, '--port', '0', '--no-replay', '--no-host'];
  return spawnOffbeat(args, '', directory, { PATH: process.env.PATH, HOME: directory, ...env });
}

async function expectOneLine(env: Environment, line: RegExp): Promise<void> {
  const { status, stdout, stderr } = await start(env);
  expect(stderr).toMatch(line);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect([status, stdout]).toEqual([1, '']);
}

const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

describe('start', () => {
  it.each([
    ['OFFBEAT_KAFKA_BROKERS', ''],
    ['OFFBEAT_OPENSEARCH_URL', 'http://'],
    ['OFFBEAT_DYNAMODB_ENDPOINT', 'http://'],
    ['OFFBEAT_S3_ENDPOINT', 'http://'],
    ['OFFBEAT_SNS_ENDPOINT', 'http://'],
  ])('reports where nothing listens at %s', async (variable, scheme) => {
    const env = { ...credentials, [variable]: `${scheme}127.0.0.1:${await loopback.deadPort()}` };
    const line = new RegExp(
      `^offbeat: ${variable}: .*ECONNREFUSED.*; start it, or unset ${variable} to do without it$`,
      'm',
    );
    await expectOneLine(env, line);
  });

  it.each([['OFFBEAT_DYNAMODB_ENDPOINT'], ['OFFBEAT_S3_ENDPOINT'], ['OFFBEAT_SNS_ENDPOINT']])(
    'asks for credentials of AWS where there are none for %s',
    async (variable) => {
      const env = { AWS_EC2_METADATA_DISABLED: 'true', [variable]: process.env[variable] };
      await expectOneLine(
        env,
        new RegExp(`^offbeat: ${variable}: .*; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`),
      );
    },
  );

  it.each([
    [
      'OFFBEAT_DYNAMODB_ENDPOINT',
      400,
      JSON.stringify({ __type: 'x#UnrecognizedClientException', message: 'no such key' }),
    ],
    ['OFFBEAT_S3_ENDPOINT', 403, ''],
    ['OFFBEAT_SNS_ENDPOINT', 403, '<ErrorResponse><Error><Code>InvalidClientTokenId</Code></Error></ErrorResponse>'],
  ])('reports that %s refuses the credentials', async (variable, status, body) => {
    const port = await loopback.http((_request, response) => response.writeHead(status).end(body));
    const line = new RegExp(`^offbeat: ${variable}: .*; it refuses the credentials: set AWS_ACCESS_KEY_ID`);
    await expectOneLine({ ...credentials, [variable]: `http://127.0.0.1:${port}` }, line);
  });

  it.each([
    [
      401,
      /^offbeat: OFFBEAT_OPENSEARCH_URL: OpenSearch answers 401; it refuses the credentials: see OFFBEAT_OPENSEARCH_/,
    ],
    [403, /^offbeat: OFFBEAT_OPENSEARCH_URL: OpenSearch answers 403; it does not allow that: docs\/on-premises.md/],
    [404, /^offbeat: OFFBEAT_OPENSEARCH_URL: OpenSearch answers 404; see docs\/on-premises.md$/m],
    [503, /^offbeat: OFFBEAT_OPENSEARCH_URL: .*503.*; start it, or unset OFFBEAT_OPENSEARCH_URL to do without it$/m],
  ])('reports what an answer %i of OpenSearch means', async (status, line) => {
    const port = await loopback.http((_request, response) => response.writeHead(status).end('{}'));
    await expectOneLine({ OFFBEAT_OPENSEARCH_URL: `http://127.0.0.1:${port}` }, line);
  });

  const login = (mechanism: string) => ({
    OFFBEAT_KAFKA_SASL: mechanism,
    OFFBEAT_KAFKA_USERNAME: user.name,
    OFFBEAT_KAFKA_PASSWORD: 'env:KAFKA_PASSWORD',
    KAFKA_PASSWORD: 'close sesame',
  });

  it.each(['plain', 'scram-sha-512', 'scram-sha-256'])(
    'reports that Kafka refuses a log-in by %s',
    async (mechanism) => {
      const env = { OFFBEAT_KAFKA_BROKERS: kafka.tlsLogin, OFFBEAT_KAFKA_CA: kafka.caFile, ...login(mechanism) };
      const line = /^offbeat: OFFBEAT_KAFKA_BROKERS: .*SASL.*; it refuses the credentials: see OFFBEAT_KAFKA_SASL/;
      await expectOneLine(env, line);
    },
  );

  it('reports that a Kafka expects a log-in or encryption, or has an unknown certificate', async () => {
    const at = (broker: string, more: Environment = {}) => ({ OFFBEAT_KAFKA_BROKERS: broker, ...more });
    const closedConnection =
      /^offbeat: OFFBEAT_KAFKA_BROKERS: .*it closed the connection: OFFBEAT_KAFKA_TLS and OFFBEAT_KAFKA_SASL must be/;
    await expectOneLine(at(kafka.login), closedConnection);
    await expectOneLine(at(kafka.login, { OFFBEAT_KAFKA_TLS: 'yes' }), closedConnection);
    await expectOneLine(at(kafka.tls), /; set OFFBEAT_KAFKA_TLS=yes$/m);
    const untrusted = /its certificate is not trusted: name its authority in OFFBEAT_KAFKA_CA$/m;
    await expectOneLine(at(kafka.tls, { OFFBEAT_KAFKA_TLS: 'yes' }), untrusted);
  });
});
