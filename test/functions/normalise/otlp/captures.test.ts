import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../../functions/shared/domain/sample.ts';
import { samplesOf } from '../beats.ts';
import { type Capture, captured } from './captured.ts';

const samplesIn = (name: Capture): Sample[] => captured(name).flatMap((record) => samplesOf(record));

interface PointOfJson {
  readonly timeUnixNano: string;
  readonly asInt?: string;
  readonly asDouble?: number;
  readonly attributes?: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
}

/** Returns every data point of the capture in JSON as a line, read without the decoder: `name time attributes value`. */
function pointsOfJson(): string[] {
  const lines: string[] = [];
  JSON.parse(
    `[${captured('metrics.otlp_json')
      .map(({ value }) => value)
      .join(',')}]`,
    (_, field) => {
      const points: readonly PointOfJson[] | undefined = (field?.gauge ?? field?.sum)?.dataPoints;
      for (const { timeUnixNano, asInt, asDouble, attributes = [] } of points ?? []) {
        const texts = attributes.map(({ key, value }) => `${key}=${value.stringValue}`).sort();
        lines.push([field.name, timeUnixNano.slice(0, 13), texts.join(), Number(asInt ?? asDouble)].join(' '));
      }
      return field;
    },
  );
  return lines.sort();
}

const measurementsOf = (samples: readonly Sample[]): string[] =>
  samples
    .flatMap(({ timestampMs, dimensions, measurements }) => {
      const texts = Object.entries(dimensions).map(([name, text]) => `${name}=${text}`);
      return Object.entries(measurements).map(([metric, value]) =>
        [metric, timestampMs, texts.sort().join(), value].join(' '),
      );
    })
    .sort();

describe('the records of a real Collector', () => {
  it('become samples with every data point, its time, its attributes and its value', () => {
    const points = pointsOfJson();
    expect(points).toHaveLength(200); // 100 a collection
    expect(measurementsOf(samplesIn('metrics.otlp_json'))).toEqual(points);
  });

  it('become the same samples from JSON and from protobuf', () => {
    expect(measurementsOf(samplesIn('metrics.otlp_proto'))).toEqual(measurementsOf(samplesIn('metrics.otlp_json')));
    expect(samplesIn('logs.otlp_proto')).toEqual(samplesIn('logs.otlp_json'));
  });

  it('describe the host, with two parts of the names as dataset, the start of counters and texts of the resource as facts', () => {
    const io = samplesIn('metrics.otlp_proto').find(
      ({ dataset, dimensions }) => dataset === 'system.disk' && dimensions.direction === 'write',
    );
    expect(io).toMatchObject({
      entity: { cluster: 'local', kind: 'host', name: 'vm' },
      dimensions: { device: 'vda', direction: 'write' },
      startMs: 1_795_866_367_000,
      facts: { 'os.type': 'linux', 'service.name': 'storage-node' },
      source: 'opentelemetry',
    });
    expect(Object.keys(io!.measurements)).toContain('system.disk.io');
  });

  it('are gauges where a cumulative sum may fall', () => {
    const memory = samplesIn('metrics.otlp_json').find(({ dataset }) => dataset === 'system.memory');
    expect(memory?.kinds).toBeUndefined();
    expect(memory?.startMs).toBeUndefined();
  });

  it('have no two samples of one dataset, dimensions and moment, which the warehouse could not distinguish', () => {
    const places = samplesIn('metrics.otlp_json').map(({ dataset, dimensions, timestampMs }) =>
      JSON.stringify([dataset, dimensions, timestampMs]),
    );
    expect(new Set(places).size).toBe(places.length);
  });

  it('count each log record of a file on its host, with its text and the level that it tells', () => {
    const samples = samplesIn('logs.otlp_proto');
    expect(samples.map(({ measurements }) => measurements['log.records'])).toEqual(Array(10).fill(1));
    expect(samples[0]).toMatchObject({
      entity: { kind: 'host', name: 'vm' },
      dataset: 'app.log',
      dimensions: { level: 'info' },
      line: { text: '2026-11-28T12:45:30Z INFO request 1 served in 12 ms' },
    });
  });
});
