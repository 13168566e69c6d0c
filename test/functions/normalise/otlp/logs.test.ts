import { describe, expect, it } from 'vitest';
import { normalise } from '../../../../functions/normalise/normalise.ts';
import type { Sample } from '../../../../functions/shared/domain/sample.ts';
import { defaultSettings } from '../../../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../../../functions/shared/log/layout.ts';
import { encodeOtlp } from '../../../support/otlp/encode.ts';
import { beat, samplesOf, timeMs } from '../beats.ts';
import { attributes, encodings, logsOf, nsOf, timeUnixNano } from './otlp.ts';

function read(records: readonly object[], resource?: Readonly<Record<string, string>>): Sample[] {
  const [json, protobuf] = encodings('logs', logsOf(records, resource)).map(([, bytes]) => samplesOf(beat(bytes)));
  expect(protobuf).toEqual(json);
  return json!;
}

const record = (fields: object = {}, texts: Readonly<Record<string, string>> = {}) => ({
  timeUnixNano,
  body: { stringValue: 'it failed' },
  attributes: attributes(texts),
  ...fields,
});
/** Returns a body that is a map of texts. */
const map = (texts: Readonly<Record<string, string>>) => ({ kvlistValue: { values: attributes(texts) } });
const file = { 'log.file.name': 'app.log' };

describe('a log record', () => {
  it('is counted for its level, with its text', () => {
    expect(read([record({ severityNumber: 17 }, file)])).toEqual([
      {
        entity: { cluster: 'local', kind: 'host', name: 'node-a' },
        timestampMs: timeMs,
        dataset: 'app.log',
        dimensions: { level: 'error' },
        measurements: { 'log.records': 1 },
        line: { text: 'it failed' },
        source: 'opentelemetry',
      },
    ]);
  });

  it.each([
    [{ severityNumber: 1 }, {}, 'trace'],
    [{ severityNumber: 8 }, {}, 'debug'],
    [{ severityNumber: 'SEVERITY_NUMBER_INFO2' }, {}, 'info'],
    [{ severityNumber: 13 }, {}, 'warning'],
    [{ severityNumber: 24 }, {}, 'critical'],
    [{ severityText: 'WARN' }, {}, 'warning'],
    [{}, { 'log.level': 'Fatal' }, 'critical'],
    [{ severityText: 'odd' }, {}, 'other'],
    // After open-telemetry/opentelemetry-collector-contrib#35049 and SigNoz/signoz#4970: the text is what was parsed.
    [{ severityNumber: 17, severityText: 'stderr' }, {}, 'error'],
    [{ severityNumber: 9, severityText: '200' }, {}, 'info'],
    [{}, { severity: 'ERROR' }, 'error'],
    [{ body: map({ level: 'error', msg: 'boom' }) }, {}, 'error'],
    // After hyperdxio/hyperdx#2363: words of the message are not the level.
    [{ body: map({ msg: 'ERROR: alertmanager', level: 'INFO' }) }, {}, 'info'],
    [{ body: map({ msg: 'x', level: '' }) }, {}, 'none'],
    [{}, {}, 'none'],
  ])('with %j and %j is of level %3$s', (fields, texts, level) => {
    expect(read([record(fields, texts as Record<string, string>)])[0]?.dimensions).toEqual({ level });
  });

  it.each([
    ['the name that its sender gave', { ...file, 'event.dataset': 'nginx.access' }, {}, 'nginx.access'],
    ['its container', { 'log.file.path': '/var/log/pods/a/0.log' }, { 'k8s.container.name': 'web' }, 'web'],
    ['its file', { 'log.file.path': '/var/log/app.log' }, {}, 'app.log'],
    ['its file before rotation', { 'log.file.name': 'app.log-20261128.1.gz' }, {}, 'app.log'],
    ['its service', { 'log.iostream': 'stdout' }, { 'service.name': 'shop' }, 'shop'],
    ['nothing known', {}, {}, 'generic'],
  ])('has as dataset %s', (_, texts, resource, dataset) => {
    const all = { 'host.name': 'node-a', ...resource };
    expect(read([record({}, texts as Record<string, string>)], all as Record<string, string>)[0]?.dataset).toBe(
      dataset,
    );
  });

  it('of a program that sends it itself belongs to its service', () => {
    const [sample] = read([record()], { 'host.name': 'node-a', 'service.name': 'shop' });
    expect(sample).toMatchObject({ entity: { kind: 'service', name: 'shop' }, dataset: 'generic' });
    expect(sample?.dimensions).toEqual({ level: 'none' });
  });

  it('has the time at which it was observed, if it has none of its own', () => {
    const observedTimeUnixNano = nsOf(timeMs - 5_000);
    expect(read([record({ timeUnixNano: '0', observedTimeUnixNano })])[0]?.timestampMs).toBe(timeMs - 5_000);
  });

  it('with a body of fields has the message as its text, cut after 256 characters', () => {
    const body = (key: string) => ({
      kvlistValue: { values: [{ key, value: { stringValue: 'm'.repeat(300) } }] },
    });
    expect(read([record({ body: body('message') })])[0]?.line?.text).toBe('m'.repeat(256));
    expect(read([record({ body: body('other') })])[0]?.line?.text).toMatch(/^\{"other":"m+$/);
  });
});

describe('log records of one batch', () => {
  it('of one entity, dataset, level and minute are one sample with their number', () => {
    const records = [
      record({ severityNumber: 9 }),
      record({ severityNumber: 9 }),
      record({ severityNumber: 17 }),
      record({ severityNumber: 9, timeUnixNano: nsOf(timeMs - 60_000) }),
    ];
    expect(
      read(records).map(({ dimensions, measurements }) => [dimensions.level, measurements['log.records']]),
    ).toEqual([
      ['info', 2],
      ['error', 1],
      ['info', 1],
    ]);
  });

  it('are samples of their own where their place or id is known, so that a repeat is found', () => {
    const placed = (offset: string) => record({}, { ...file, 'log.file.record_offset': offset });
    const ids = read([placed('0'), placed('52'), placed('0'), record({}, { 'log.record.uid': '01J' })]).map(
      ({ line }) => line?.id,
    );
    expect(ids).toHaveLength(4);
    expect(ids[0]).toBe(ids[2]);
    expect(new Set(ids).size).toBe(3);
    expect(ids.every((id) => Number.isInteger(id))).toBe(true);
  });
});

it('spans are counted and not read', () => {
  const span = {
    traceId: 'AQI=',
    spanId: 'AQ==',
    name: 'GET',
    startTimeUnixNano: timeUnixNano,
    endTimeUnixNano: timeUnixNano,
  };
  const traces = { resourceSpans: [{ resource: {}, scopeSpans: [{ spans: [span, span] }] }] };
  for (const bytes of [Buffer.from(JSON.stringify(traces)), encodeOtlp('traces', traces)]) {
    expect(normalise(beat(bytes), defaultSettings, defaultLayout)).toMatchObject({ effects: [], ignored: { span: 2 } });
  }
});
