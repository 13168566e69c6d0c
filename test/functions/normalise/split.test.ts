import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWithSplit } from '../../../functions/normalise/split.ts';
import { RefusedRecordError } from '../../../functions/shared/domain/errors.ts';
import { beat, lettersOf, metricbeat, refusalOf, replayed, samplesOf, time, timeMs } from './beats.ts';

/** Returns entity, moment and measurements of each sample of a value. */
const readOf = (value: unknown, headers?: Record<string, string>) =>
  samplesOf(beat(value, headers)).map(({ entity, timestampMs, measurements }) => [
    `${entity.kind}/${entity.name}`,
    timestampMs,
    measurements,
  ]);

describe('several documents in one record are read one by one', () => {
  // After fluent/fluent-bit-docs#539, fluent/fluent-bit#2752 and STCLab-Inc/wave-autoscale#150.
  it('in an array', () => {
    expect(
      readOf([
        { date: timeMs / 1_000 + 0.1, host: 'a', message: 'dummy data', log_server: 'splunk' },
        { name: 'up', tags: { host: 'b' }, timestamp: time, kind: 'absolute', gauge: { value: 1 } },
        metricbeat('system.load', { system: { load: { 1: 0.5 } } }),
      ]),
    ).toEqual([
      ['host/a', timeMs + 100, { 'log.records': 1 }],
      ['host/b', timeMs, { up: 1 }],
      ['host/node-a', timeMs, { 'system.load.1': 0.5 }],
    ]);
  });

  // After elastic/logstash#9885.
  it("in the records of Kafka's REST proxy", () => {
    const value = (host: string, value1: number) => ({
      index: 'beat',
      '@timestamp': '2018-07-30 13:37:57.376937979 +0000 UTC',
      'src-name': 'direct_direct1-1',
      host,
      value1,
    });
    const records = [{ value: value('node-72-45', 3) }, { key: 'k', partition: 0, value: value('node-123', 4) }];
    expect(readOf({ records, value_schema_id: 7 }, replayed)).toEqual([
      ['host/node-72-45', Date.UTC(2018, 6, 30, 13, 37, 57, 376), { value1: 3 }],
      ['host/node-123', Date.UTC(2018, 6, 30, 13, 37, 57, 376), { value1: 4 }],
    ]);
  });

  it('in a batch of Telegraf', () => {
    const docker = { name: 'docker', tags: { host: 'raynor' }, fields: { n: 30 } };
    const metrics = [0, 10].map((after) => ({ ...docker, timestamp: timeMs / 1_000 - after }));
    expect(readOf({ metrics })).toEqual([
      ['host/raynor', timeMs, { 'telegraf.docker.n': 30 }],
      ['host/raynor', timeMs - 10_000, { 'telegraf.docker.n': 30 }],
    ]);
  });

  // After FantasticFiasco/serilog-sinks-http#5.
  it('in the events of Serilog', () => {
    const events = [
      {
        Timestamp: '2026-11-23T22:00:00.0000000+07:00',
        Level: 'Error',
        MessageTemplate: 'Executing ViewResult, running view at path {Path}.',
        Properties: { Path: '/Views/Home/Index.cshtml', MachineName: 'web-1' },
      },
    ];
    expect(samplesOf(beat({ events }))).toMatchObject([
      { entity: { name: 'web-1' }, timestampMs: timeMs, dimensions: { level: 'error' } },
    ]);
  });

  // After confluentinc/kafka-connect-jdbc#502.
  it('in the payload of Kafka Connect', () => {
    const schema = { type: 'struct', fields: [{ type: 'int32', optional: true, field: 'c1' }], optional: false };
    expect(readOf({ schema, payload: { c1: 10_000, host: 'a', time } })).toEqual([['host/a', timeMs, { c1: 10_000 }]]);
  });

  // After cloudevents/spec#835 and cloudevents/sdk-javascript#440.
  it('in CloudEvents, also in a batch of them, at the time of the event', () => {
    const event = {
      specversion: '1.0',
      id: '84040a3c',
      type: 'com.example.queue',
      source: '/queues',
      time,
      datacontenttype: 'application/json',
      data: { host: { name: 'a' }, queue: { depth: 5 } },
    };
    expect(readOf(event)).toEqual([['host/a', timeMs, { 'queue.depth': 5 }]]);
    expect(readOf([event, event])).toHaveLength(2);
  });

  it('with the texts and the time of the envelope where they have none', () => {
    const list = [{ depth: 1 }, { depth: 2, host: 'b' }];
    expect(readOf({ host: 'a', timestamp: timeMs - 5, count: '2', list })).toEqual([
      ['host/a', timeMs - 5, { depth: 1 }],
      ['host/b', timeMs - 5, { depth: 2 }],
    ]);
  });
});

describe('a document that is refused beside others', () => {
  it('becomes a dead letter with its own bytes, and the others are kept', () => {
    const late = { host: 'b', x: 1, '@timestamp': '2020-01-01T00:00:00Z' };
    const record = beat([{ host: 'a', x: 1 }, { x: 2 }, late]);
    expect(samplesOf(record)).toHaveLength(1);
    const [withoutHost, tooOld] = lettersOf(record);
    expect(withoutHost).toBe(
      'no entity: document 2 of 3: host.name: missing; expected the name of the host; keep its fields host and agent: {"x":2}',
    );
    expect(tooOld).toMatch(/^timestamp out of range: document 3 of 3: /);
    expect(tooOld?.endsWith(JSON.stringify(late))).toBe(true);
  });

  it('is the reason of the refusal if none of them is read', () => {
    expect(refusalOf([{ x: 1 }, { host: 'a' }])).toMatch(/^no entity: document 1 of 2: host\.name: missing; /);
    expect(refusalOf([5])).toBe('not collectd: [0].values: expected the values of a collectd value list');
  });

  it('is no reason to look into a Beat, or into a document of another fault', () => {
    expect(refusalOf({ agent: { type: 'metricbeat' }, list: [{ host: 'a', x: 1 }] })).toMatch(/^no measurement: /);
    expect(refusalOf({ host: 'a', '@timestamp': 'x', list: [{ host: 'a', x: 1 }] })).toMatch(/^not a time: @timestamp/);
  });

  it.each([
    ['more than 1,000 documents', Array.from({ length: 1_001 }, () => ({ host: 'a', x: 1 }))],
    ['envelopes in envelopes', [[[[[{ host: 'a', x: 1 }]]]]]],
    ['two lists of which one is meant', { a: [{ host: 'a', x: 1 }], b: [{ host: 'a', x: 1 }] }],
  ])('is not looked for in %s', (_name, value) => {
    expect(() => samplesOf(beat(value))).toThrow();
  });

  it('costs no more than 1,000 documents, however they are nested and whatever their envelope repeats', () => {
    const nested = Array.from({ length: 40 }, () => ({ list: Array.from({ length: 30 }, () => ({ x: 1 })) }));
    const opened: unknown[] = [];
    expect(() =>
      readWithSplit(beat({ nested }), (record) => {
        opened.push(record);
        throw new RefusedRecordError('no entity', 'none');
      }),
    ).toThrow(RefusedRecordError);
    expect(opened.length).toBeLessThanOrEqual(1_001);
    const long = { text: 'x'.repeat(1_000_000), list: Array.from({ length: 1_000 }, () => ({ x: 1 })) };
    let bytes = 0;
    expect(() =>
      readWithSplit(beat(long), ({ value }) => {
        bytes += value!.length;
        throw new RefusedRecordError('no entity', 'none');
      }),
    ).toThrow(RefusedRecordError);
    expect(bytes).toBeLessThan(1_100_000);
  });

  it('is no defect if it is nested as deep as a record can be', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(refusalOf(`[{"x":${deep}},{"y":1}]`)).toMatch(/^(?:no measurement|no entity|not collectd): /);
  });
});

it('every document of an array is a sample or a dead letter, and the order does not matter', () => {
  const document = fc.oneof(
    fc.record({ host: fc.constantFrom('a', 'b'), x: fc.integer() }),
    fc.record({ x: fc.integer() }),
    fc.integer(),
  );
  fc.assert(
    fc.property(fc.array(document, { minLength: 1, maxLength: 20 }), (documents) => {
      const good = documents.filter((each) => typeof each === 'object' && 'host' in each).length;
      fc.pre(good > 0);
      const record = beat(documents);
      expect(samplesOf(record)).toHaveLength(good);
      expect(lettersOf(record)).toHaveLength(documents.length - good);
    }),
  );
});
