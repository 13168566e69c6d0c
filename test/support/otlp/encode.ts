import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const files = ['common', 'resource', 'metrics', 'logs', 'trace'];

const root = new protobuf.Root();
for (const name of files) {
  protobuf.parse(readFileSync(new URL(`${name}.proto`, import.meta.url), 'utf8'), root);
}
root.resolveAll();

const types = {
  metrics: root.lookupType('opentelemetry.proto.metrics.v1.MetricsData'),
  logs: root.lookupType('opentelemetry.proto.logs.v1.LogsData'),
  traces: root.lookupType('opentelemetry.proto.trace.v1.TracesData'),
} as const;

/** Encodes a message of OTLP, in the shape that its JSON encoding has, in protobuf. */
export function encodeOtlp(signal: keyof typeof types, message: object): Buffer {
  const type = types[signal];
  return Buffer.from(type.encode(type.fromObject(message)).finish());
}
