import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { UnavailableError, UsageError } from '../../functions/shared/domain/errors.ts';
import type { Environment } from '../../functions/shared/environment/variables.ts';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { silentTelemetry } from '../../functions/shared/ports/telemetry.ts';
import { type Backends, namedServers, openBackends } from '../../local/backends.ts';
import { openStore } from '../../local/sqlite/store.ts';
import { Loopback } from '../support/loopback.ts';
import { patience } from '../support/patience.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-backends-'));
const store = openStore(':memory:', defaultLayout, systemClock);
const servers = new Loopback();
beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  store.close();
  await servers.close();
  rmSync(directory, { recursive: true });
});

const opened: Backends[] = [];
afterEach(async () => {
  for (const backends of opened.splice(0)) await backends.close();
});

async function open(env: Environment): Promise<Backends> {
  const options = { store, layout: defaultLayout, telemetry: silentTelemetry, clock: systemClock };
  const backends = await openBackends({ ...options, env });
  opened.push(backends);
  return backends;
}

const complaintOf = (env: Environment): Promise<Error> =>
  open(env).then(
    () => new Error('it opened'),
    (error: Error) => error,
  );

/** Serves as much of DynamoDB as a start needs: its tables exist. @returns the port */
function tables(): Promise<number> {
  return servers.http(async (request, response) => {
    await text(request);
    if (`${request.headers['x-amz-target']}`.endsWith('.CreateTable')) {
      response
        .writeHead(400)
        .end(JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#ResourceInUseException' }));
    } else response.end(JSON.stringify({ Table: { TableStatus: 'ACTIVE' } }));
  });
}

const login = { OFFBEAT_KAFKA_SASL: 'plain', OFFBEAT_KAFKA_USERNAME: 'me' };
const search = { OFFBEAT_OPENSEARCH_AUTH: 'basic', OFFBEAT_OPENSEARCH_USERNAME: 'me' };

describe('backends', () => {
  it('are the store if the environment names no server, or an empty one', async () => {
    const backends = await open({ OFFBEAT_KAFKA_BROKERS: '', OFFBEAT_S3_ENDPOINT: ' ' });
    expect(new Set(Object.values(backends.uses))).toEqual(new Set(['SQLite']));
    expect(backends.ledger).toBe(store.ledger);
    expect(backends.totals()).toEqual(store.totals());
  });

  it('are a server for the ports that it implements, and the store for the rest', async () => {
    const endpoint = `http://127.0.0.1:${await tables()}`;
    const backends = await open({ OFFBEAT_DYNAMODB_ENDPOINT: endpoint });
    expect(backends.uses).toMatchObject({ ledger: `DynamoDB at ${endpoint}`, eventLog: 'SQLite', objects: 'SQLite' });
    expect(backends.ledger).not.toBe(store.ledger);
    expect(backends.objects).toBe(store.objects);
  });

  it.each([
    [{ OFFBEAT_KAFKA_BROKERS: 'a' }, 'OFFBEAT_KAFKA_BROKERS: expected host:port,host:port, got "a"'],
    [{ OFFBEAT_KAFKA_BROKERS: 'a:9092', OFFBEAT_KAFKA_PARTITIONS: '0' }, 'OFFBEAT_KAFKA_PARTITIONS: expected a whole'],
    [
      { OFFBEAT_KAFKA_BROKERS: 'a:9092', OFFBEAT_KAFKA_PARTITIONS: '1.5' },
      'OFFBEAT_KAFKA_PARTITIONS: expected a whole',
    ],
    [{ OFFBEAT_KAFKA_BROKERS: 'a:9092', OFFBEAT_KAFKA_SASL: 'yes' }, 'OFFBEAT_KAFKA_SASL: expected one of iam,'],
    [{ OFFBEAT_KAFKA_BROKERS: 'a:9092', ...login }, 'OFFBEAT_KAFKA_PASSWORD is not set: expected a reference'],
    [
      { OFFBEAT_KAFKA_BROKERS: 'a:9092', OFFBEAT_KAFKA_SESSION: '45m' },
      'expected a duration from 1s to 30m, got "45m"',
    ],
    [
      { OFFBEAT_KAFKA_BROKERS: 'a:9092', ...login, OFFBEAT_KAFKA_PASSWORD: `file:${directory}/none` },
      `secret file:${directory}/none cannot be read (ENOENT)`,
    ],
    [{ OFFBEAT_OPENSEARCH_URL: 'search:9200' }, 'OFFBEAT_OPENSEARCH_URL: expected an http:// or https:// address'],
    [
      { OFFBEAT_OPENSEARCH_URL: 'http://search:9200', ...search, OFFBEAT_OPENSEARCH_PASSWORD: 'env:OFFBEAT_TEST_NONE' },
      'secret env:OFFBEAT_TEST_NONE is not set',
    ],
    [{ OFFBEAT_DYNAMODB_ENDPOINT: '127.0.0.1:8000' }, 'OFFBEAT_DYNAMODB_ENDPOINT: expected an http:// or https://'],
    [{ OFFBEAT_S3_ENDPOINT: 's3' }, 'OFFBEAT_S3_ENDPOINT: expected an http:// or https:// address, got "s3"'],
    [{ OFFBEAT_SNS_ENDPOINT: 'http://a', OFFBEAT_SQS_ENDPOINT: 'b' }, 'OFFBEAT_SQS_ENDPOINT: expected an http://'],
    [{ OFFBEAT_SQS_ENDPOINT: 'http://a' }, 'OFFBEAT_SQS_ENDPOINT: set OFFBEAT_SNS_ENDPOINT as well'],
    [{ OFFBEAT_SECRETS_MANAGER_ENDPOINT: 'a' }, 'OFFBEAT_SECRETS_MANAGER_ENDPOINT: expected an http:// or https://'],
  ])('are refused before any request, where %o is wrong', async (env, problem) => {
    const complaint = await complaintOf(env);
    expect(complaint).toBeInstanceOf(UsageError);
    expect(complaint.message).toContain(problem);
  });

  it.each([
    ['OFFBEAT_KAFKA_BROKERS', (port: number) => `127.0.0.1:${port}`],
    ['OFFBEAT_OPENSEARCH_URL', (port: number) => `http://127.0.0.1:${port}`],
    ['OFFBEAT_DYNAMODB_ENDPOINT', (port: number) => `http://127.0.0.1:${port}`],
    ['OFFBEAT_S3_ENDPOINT', (port: number) => `http://127.0.0.1:${port}`],
    ['OFFBEAT_SNS_ENDPOINT', (port: number) => `http://127.0.0.1:${port}`],
  ])('report in one line that no server listens at %s, and the remedy', async (variable, address) => {
    const complaint = await complaintOf({ [variable]: address(await servers.deadPort()) });
    expect(complaint).toBeInstanceOf(UnavailableError);
    expect(complaint.message).toMatch(/^[^\n]+$/);
    expect(complaint.message).toMatch(new RegExp(`^${variable}: .*ECONNREFUSED`));
    expect(complaint.message).toMatch(new RegExp(`; start it, or unset ${variable} to do without it$`));
  });

  it('close the connections that were opened before one that fails', async () => {
    const port = await tables();
    const complaint = await complaintOf({
      OFFBEAT_DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}`,
      OFFBEAT_S3_ENDPOINT: `http://127.0.0.1:${await servers.deadPort()}`,
    });
    expect(complaint.message).toMatch(/^OFFBEAT_S3_ENDPOINT: /);
    expect(servers.connections).toBeGreaterThan(0);
    await vi.waitFor(() => expect(servers.open).toBe(0), patience);
  });

  it('are closed to the last connection', async () => {
    const backends = await open({ OFFBEAT_DYNAMODB_ENDPOINT: `http://127.0.0.1:${await tables()}` });
    expect(servers.open).toBeGreaterThan(0);
    opened.length = 0;
    await backends.close();
    await vi.waitFor(() => expect(servers.open).toBe(0), patience);
  });
});

describe('the variables that name a server', () => {
  it.each([
    ['none where none is set', {}, []],
    ['none that is empty', { OFFBEAT_KAFKA_BROKERS: ' ' }, []],
    [
      'all that are set',
      { OFFBEAT_S3_ENDPOINT: 'http://a', OFFBEAT_OPENSEARCH_URL: 'http://a', OFFBEAT_KAFKA_BROKERS: 'a:9092' },
      ['OFFBEAT_KAFKA_BROKERS', 'OFFBEAT_OPENSEARCH_URL', 'OFFBEAT_S3_ENDPOINT'],
    ],
    ['none that only configures the use of a server', { OFFBEAT_KAFKA_GROUP: 'a', OFFBEAT_LEDGER_TABLE: 'a' }, []],
  ])('are %s', (_case, env, expected) => {
    expect(namedServers(env)).toEqual(expected);
  });
});
