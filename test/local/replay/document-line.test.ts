import { describe, expect, it } from 'vitest';
import { DocumentLine } from '../../../local/replay/document-line.ts';

const at = Date.UTC(2026, 10, 23, 15, 20, 50);
const nano = `${at}000000`;
const otlp = (fields: string): string =>
  `{"resourceMetrics":[{"resource":{"attributes":[{"key":"os","value":{"stringValue":"x"}},{"key":"host.name","value":{"stringValue":"a"}}]},${fields}}]}`;

describe('a line of a recording states its time and its host', () => {
  it.each([
    ['a Beat', '{"@timestamp":"2026-11-23T15:20:50.000Z","host":{"name":"a"}}'],
    ['a Beat with dotted names', '{"host.name":"a","@timestamp":"2026-11-23T15:20:50.000Z"}'],
    ['a Beat after a byte order mark', '\ufeff{"@timestamp":"2026-11-23T15:20:50.000Z","host":{"name":"a"}}'],
    ['a number', `{"@timestamp":${at},"host":"a"}`],
    ['an old Beat', `{"@timestamp":"2026-11-23T15:20:50Z","beat":{"hostname":"a"}}`],
    ['another field with a time', `{"date":${at / 1_000},"hostname":"a","x":1}`],
    ['a message of collectd', `[{"values":[1],"dsnames":["value"],"plugin":"cpu","host":"a","time":${at / 1_000}}]`],
    ['a value list of collectd', `{"values":[1],"dsnames":["value"],"plugin":"cpu","host":"a","time":${at / 1_000}}`],
    ['an array of documents', `[{"date":${at / 1_000},"host":"a","message":"x"}]`],
    [
      'a batch of Telegraf',
      `{"metrics":[{"name":"cpu","tags":{"host":"a"},"fields":{"x":1},"timestamp":${at / 1_000}}]}`,
    ],
    ['an event in an envelope', '{"specversion":"1.0","time":"2026-11-23T15:20:50Z","data":{"host":"a","x":1}}'],
    ['OpenTelemetry', otlp(`"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{"timeUnixNano":"${nano}"}]}}]}]`)],
  ])('of %s', (_what, text) => {
    const line = new DocumentLine(Buffer.from(text));
    expect(line.timeMs).toBe(at);
    expect(line.shipper).toBe('a');
  });

  it.each(['', 'half a {', '7', 'null', '[]', '{}', '{"@timestamp":"noon"}', '{"x":1}', '{"resourceLogs":[]}'])(
    'or none: %s',
    (text) => {
      const line = new DocumentLine(Buffer.from(text));
      expect(line.timeMs).toBeUndefined();
      expect(line.shipper).toBe('');
    },
  );
});
