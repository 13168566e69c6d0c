import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { normalise } from '../functions/normalise/normalise.ts';
import { decodeJson } from '../functions/normalise/otlp/json-content.ts';
import { decodeProtobuf } from '../functions/normalise/otlp/protobuf-content.ts';
import { defaultSettings } from '../functions/shared/domain/settings.ts';
import { defaultLayout } from '../functions/shared/log/layout.ts';
import type { LogRecord } from '../functions/shared/log/record.ts';
import { topics } from '../functions/shared/log/topics.ts';
import { measure } from './measure.ts';
import { type BenchRow, share } from './row.ts';

const folder = new URL('../test/functions/normalise/otlp/captures/', import.meta.url);
/** The data points of each of the captures: two collections of a Collector's receiver hostmetrics. */
const pointsOfCapture = 200;
const repeats = 100;
const rounds = 9;

/** Measures `normalise` with the metrics of a real Collector, from bytes to samples, beside decoding alone. */
export async function benchOtlp(): Promise<BenchRow[]> {
  const protobuf = recordsOf('metrics.otlp_proto');
  const json = recordsOf('metrics.otlp_json');
  const figures = await measure(pointsOfCapture * repeats, rounds, {
    parsed: () => each(json, ({ value }) => JSON.parse(String(value))),
    decodedJson: () => each(json, ({ value }) => decodeJson(JSON.parse(String(value)))),
    json: () => each(json, (record) => normalise(record, defaultSettings, defaultLayout)),
    decoded: () => each(protobuf, ({ value }) => decodeProtobuf(value!, 'metrics')),
    protobuf: () => each(protobuf, (record) => normalise(record, defaultSettings, defaultLayout)),
  });
  const unit = 'data points/s';
  return [
    { name: 'OTLP in JSON: JSON.parse alone (peer)', figure: figures.parsed, unit },
    { name: 'OTLP in JSON: decoded', figure: figures.decodedJson, unit },
    {
      name: 'OTLP in JSON: normalise',
      figure: figures.json,
      unit,
      note: share(figures.json, figures.parsed, 'JSON.parse alone'),
    },
    { name: 'OTLP in protobuf: decoded (peer)', figure: figures.decoded, unit },
    {
      name: 'OTLP in protobuf: normalise',
      figure: figures.protobuf,
      unit,
      budget: 100_000,
      note: share(figures.protobuf, figures.decoded, 'decoding alone'),
    },
  ];
}

function each(records: readonly LogRecord[], work: (record: LogRecord) => unknown): void {
  for (let nth = 0; nth < repeats; nth += 1) for (const record of records) work(record);
}

function recordsOf(name: string): LogRecord[] {
  const lines = gunzipSync(readFileSync(new URL(`${name}.ndjson.gz`, folder)))
    .toString()
    .trimEnd()
    .split('\n');
  return lines.map((line, offset) => {
    const { value, timestamp } = JSON.parse(line) as { value: string; timestamp: number };
    const bytes = Buffer.from(value, 'base64');
    return { topic: topics.beats, partition: 0, offset, timestampMs: timestamp, key: null, value: bytes, headers: {} };
  });
}
