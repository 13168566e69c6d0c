import { gzipSync } from 'node:zlib';
import protobuf from 'protobufjs/minimal.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { normalise } from '../../../functions/normalise/normalise.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import type { Effect } from '../../../functions/shared/log/record.ts';
import { partitionOf, topics } from '../../../functions/shared/log/topics.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { bulkLogOverEventLog } from '../../../local/bulk/bulk-log-over-event-log.ts';
import { BulkIntake } from '../../../local/bulk/intake.ts';
import { type RunningServer, serve } from '../../../local/http/server.ts';
import { otlpBytesMax, resourcesMax } from '../../../local/otlp/limits.ts';
import { otlpRoutes } from '../../../local/otlp/otlp-api.ts';
import { openStore, type Store } from '../../../local/sqlite/store.ts';
import { brokerMs } from '../../functions/normalise/beats.ts';
import { captured } from '../../functions/normalise/otlp/captured.ts';
import { logsOf, metricsOf, point, timeUnixNano } from '../../functions/normalise/otlp/otlp.ts';
import { MemoryLog } from '../../support/memory-ports.ts';
import { encodeOtlp } from '../../support/otlp/encode.ts';

const backlogMax = 100;
const layout = { ...defaultLayout, partitions: { ...defaultLayout.partitions, [topics.beats]: 4 } };
let log: MemoryLog;
let store: Store;
let server: RunningServer;
let backlog: () => number;

beforeEach(async () => {
  log = new MemoryLog();
  backlog = () => 0;
  store = openStore(':memory:', defaultLayout, systemClock);
  const intake = new BulkIntake({
    bulkLog: bulkLogOverEventLog(log, store.bulkIdentities, silentTelemetry),
    layout,
    telemetry: silentTelemetry,
    backlog: () => backlog(),
    backlogMax,
  });
  server = await serve({ port: 0, routes: otlpRoutes(silentTelemetry, intake), report: () => {} });
});
afterEach(async () => {
  await server.close();
  store.close();
});

type Encoding = 'json' | 'protobuf';
const contentType = { json: 'application/json', protobuf: 'application/x-protobuf' };

function post(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}${path}`, { method: 'POST', body: new Uint8Array(Buffer.from(body)), headers });
}

function send(encoding: Encoding, signal: 'metrics' | 'logs', message: object): Promise<Response> {
  const body = encoding === 'json' ? JSON.stringify(message) : encodeOtlp(signal, message);
  return post(`/v1/${signal}`, body, { 'content-type': contentType[encoding] });
}

const records = () => [0, 1, 2, 3].flatMap((partition) => log.records(topics.beats, partition));
/** Returns the samples of the records, as if they were appended at `timestampMs`. */
const samplesAt = (timestampMs: number) =>
  records().flatMap((record) => normalise({ ...record, timestampMs }, defaultSettings, layout).effects);

const metric = { name: 'a.b', gauge: { dataPoints: [point({ asInt: '1' }), point({ asInt: '2' }, { x: '1' })] } };
const of = (host: string) => metricsOf([metric], { 'host.name': host }).resourceMetrics;
const nameless = metricsOf([metric], {}).resourceMetrics;

/** Returns the number and the text of a partial success, or the code and the message of a Status, in protobuf. */
function fieldsIn(bytes: Uint8Array): { number: number; text: string } {
  const reader = protobuf.Reader.create(bytes);
  const found = { number: 0, text: '' };
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 8) found.number = reader.uint32();
    else if (tag === 18) found.text = reader.string();
    else throw new Error(`tag ${tag}`);
  }
  return found;
}

describe.each(['json', 'protobuf'] as const)('a request in %s', (encoding) => {
  it('is answered in its own encoding, and each of its resources becomes a record with its host as key', async () => {
    const answer = await send(encoding, 'metrics', { resourceMetrics: [...of('node-a'), ...of('node-b')] });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, contentType[encoding]]);
    expect(await answer.text()).toBe(encoding === 'json' ? '{}' : '');
    expect(records().map(({ key, partition }) => [key, partition])).toEqual(
      expect.arrayContaining([
        ['node-a', partitionOf('node-a', 4)],
        ['node-b', partitionOf('node-b', 4)],
      ]),
    );
    expect(records()).toHaveLength(2);
    expect(samplesAt(brokerMs)).toHaveLength(4);
  });

  it('is accepted in part if some of its resources name no entity', async () => {
    const answer = await send(encoding, 'metrics', { resourceMetrics: [...of('node-a'), ...nameless] });
    expect(answer.status).toBe(200);
    const message = 'a resource has neither host.name nor service.name; add the processor resource_detection';
    if (encoding === 'json') {
      expect(await answer.json()).toEqual({ partialSuccess: { rejectedDataPoints: '2', errorMessage: message } });
    } else {
      const bytes = await answer.bytes();
      expect(bytes[0]).toBe(10);
      expect(fieldsIn(bytes.subarray(2))).toEqual({ number: 2, text: message });
    }
    expect(records()).toHaveLength(1);
  });

  it('is accepted in part if one of its resources cannot be decoded', async () => {
    const [broken] = metricsOf([{ name: 'a.b', gauge: { dataPoints: [point({ asInt: '1' })] } }], {
      'host.name': 'node-b',
      nested: 'NESTED',
    }).resourceMetrics;
    const deep = JSON.parse(JSON.stringify(broken).replace('{"stringValue":"NESTED"}', JSON.stringify(nested(30))));
    const answer = await send(encoding, 'metrics', { resourceMetrics: [deep, ...of('node-a')] });
    expect([answer.status, records().map(({ key }) => key)]).toEqual([200, ['node-a']]);
    expect(await answer.text()).toContain('nested too deep: an attribute or a body has more than 20 levels');
  });

  /** Returns the number and the text of a Status. */
  async function statusIn(answer: Response): Promise<{ number: number; text: string }> {
    if (encoding === 'protobuf') return fieldsIn(await answer.bytes());
    const { code, message } = (await answer.json()) as { code: number; message: string };
    return { number: code, text: message };
  }

  it('that names no entity at all is refused with a Status in its own encoding', async () => {
    const answer = await send(encoding, 'metrics', { resourceMetrics: nameless });
    expect(answer.status).toBe(400);
    expect(await statusIn(answer)).toEqual({ number: 3, text: expect.stringMatching(/host\.name/) });
    expect(records()).toEqual([]);
  });

  it('may end its address with a slash, as some exporters do', async () => {
    const message = { resourceMetrics: of('node-a') };
    const body = encoding === 'json' ? JSON.stringify(message) : encodeOtlp('metrics', message);
    const answer = await post('/v1/metrics/', body, { 'content-type': contentType[encoding] });
    expect([answer.status, records().length]).toEqual([200, 1]);
  });

  it('while too many documents wait is refused as a whole, to be sent again', async () => {
    backlog = () => backlogMax - 1;
    const answer = await send(encoding, 'metrics', { resourceMetrics: [...of('node-a'), ...of('node-b')] });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await statusIn(answer)).toEqual({ number: 8, text: expect.stringMatching(/wait/) });
    expect(records()).toEqual([]);
  });

  it('with log records that comes twice is appended once, and one of gauges is appended each time', async () => {
    const logs = logsOf([{ timeUnixNano, severityNumber: 9, body: { stringValue: 'x' } }]);
    for (let time = 0; time < 2; time += 1) expect((await send(encoding, 'logs', logs)).status).toBe(200);
    expect(records()).toHaveLength(1);
    for (let time = 0; time < 2; time += 1) await send(encoding, 'metrics', { resourceMetrics: of('node-a') });
    expect(records()).toHaveLength(3);
  });

  it('is refused with 503 if the log is unavailable', async () => {
    log.append = () => Promise.reject(new UnavailableError('the disk is full'));
    const answer = await send(encoding, 'metrics', { resourceMetrics: of('node-a') });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  });
});

it('records of a real Collector are read alike from Kafka and over HTTP', async () => {
  const [record] = captured('metrics.otlp_proto');
  const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' };
  expect((await post('/v1/metrics', gzipSync(record!.value!), headers)).status).toBe(200);
  const valuesOf = (effects: readonly Effect[]) => effects.map(({ value }) => `${value}`).sort();
  expect(new Set(records().map(({ key }) => key))).toEqual(new Set(['vm']));
  expect(valuesOf(samplesAt(record!.timestampMs))).toEqual(
    valuesOf(normalise(record!, defaultSettings, layout).effects),
  );
});

const nested = (levels: number): object =>
  levels === 0 ? { stringValue: 'x' } : { arrayValue: { values: [nested(levels - 1)] } };

describe('a request that cannot be read', () => {
  it.each([
    ['of another content type', '{}', { 'content-type': 'text/plain' }, 415],
    ['without JSON', '{"resourceMetrics":', {}, 400],
    ['of another shape', '[]', {}, 400],
    ['with a field of another type', '{"resourceMetrics":[{"scopeMetrics":7}]}', {}, 400],
    ['nested too deep', JSON.stringify({ resourceLogs: logsOf([{ body: nested(30) }]).resourceLogs }), {}, 400],
    ['that is not gzip', '{}', { 'content-encoding': 'gzip' }, 400],
    ['with bytes that are no protobuf', 'xyz', { 'content-type': 'application/x-protobuf' }, 400],
    ['that is too large', Buffer.alloc(otlpBytesMax + 1), {}, 413],
  ])('%s is refused with a Status', async (_, body, headers, status) => {
    const path = `${body}`.includes('resourceLogs') ? '/v1/logs' : '/v1/metrics';
    const answer = await post(path, body, { 'content-type': 'application/json', ...headers });
    expect(answer.status).toBe(status);
    expect(records()).toEqual([]);
  });

  it('with more resources than are allowed is refused', async () => {
    const resourceMetrics = Array.from({ length: resourcesMax + 1 }, () => metricsOf([metric]).resourceMetrics[0]!);
    const answer = await send('protobuf', 'metrics', { resourceMetrics });
    expect([answer.status, records()]).toEqual([413, []]);
  });

  it.each([
    ['json', 'metrics', 'logs', metricsOf([metric])],
    ['protobuf', 'metrics', 'logs', metricsOf([metric])],
    ['json', 'logs', 'metrics', logsOf([{ timeUnixNano, body: { stringValue: 'x' } }])],
    ['protobuf', 'logs', 'metrics', logsOf([{ timeUnixNano, body: { stringValue: 'x' } }])],
    ['protobuf', 'logs', 'metrics', logsOf([{ timeUnixNano }])],
  ] as const)('in %s with %s at the address of %s is refused, with the right address', async (...given) => {
    const [encoding, signal, other, message] = given;
    const body = encoding === 'json' ? JSON.stringify(message) : encodeOtlp(signal, message);
    const answer = await post(`/v1/${other}`, body, { 'content-type': contentType[encoding] });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(`send ${signal} to /v1/${signal}`);
    expect(records()).toEqual([]);
  });

  it('with spans at the address of metrics is refused', async () => {
    const answer = await post('/v1/metrics', '{"resourceSpans":[]}', { 'content-type': 'application/json' });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('reads no traces')]);
  });

  it('of traces is 404, and names the remedy', async () => {
    const answer = await post('/v1/traces', '{}', { 'content-type': 'application/json' });
    expect([answer.status, await answer.json()]).toMatchObject([
      404,
      { code: 12, message: expect.stringMatching(/pipeline of traces/) },
    ]);
  });

  it('that is a document of another kind is refused', async () => {
    const answer = await post('/v1/metrics', '{"host":{"name":"a"}}', { 'content-type': 'application/json' });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { message: expect.stringContaining('expected the list resourceMetrics, got an object with host') },
    ]);
  });

  it('with more empty resources than are allowed is refused', async () => {
    const answer = await post('/v1/metrics', Buffer.alloc(8_000_000, Buffer.from([10, 0])), {
      'content-type': contentType.protobuf,
    });
    expect(answer.status).toBe(413);
  });

  it('with a byte order mark is read', async () => {
    const body = `\ufeff${JSON.stringify({ resourceMetrics: of('node-a') })}`;
    expect((await post('/v1/metrics', body, { 'content-type': 'application/json' })).status).toBe(200);
    expect(records()).toHaveLength(1);
  });

  it('without content is accepted', async () => {
    expect((await post('/v1/logs', '', { 'content-type': 'application/x-protobuf' })).status).toBe(200);
    expect(records()).toEqual([]);
  });
});
