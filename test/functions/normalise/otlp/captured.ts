import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { LogRecord } from '../../../../functions/shared/log/record.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';

export type Capture = 'metrics.otlp_json' | 'metrics.otlp_proto' | 'logs.otlp_json' | 'logs.otlp_proto';

/** Returns the Kafka records of a capture. */
export function captured(name: Capture): LogRecord[] {
  const file = new URL(`captures/${name}.ndjson.gz`, import.meta.url);
  return gunzipSync(readFileSync(file))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line, offset) => {
      const { value, timestamp } = JSON.parse(line);
      const bytes = Buffer.from(value, 'base64');
      return {
        topic: topics.beats,
        partition: 0,
        offset,
        timestampMs: timestamp,
        key: null,
        value: bytes,
        headers: {},
      };
    });
}
