import { isObject } from '../../shared/domain/json-object.ts';
import { isOtlpJson } from '../otlp/json-content.ts';
import { readOtlpJson } from '../otlp/otlp.ts';
import type { MessageSource } from './source.ts';

/** The records of an OpenTelemetry Collector, in JSON. Those in protobuf are no JSON: the registry reads them before it. */
export const openTelemetry: MessageSource = {
  name: 'OpenTelemetry (OTLP in JSON or protobuf)',
  recognised: '`resourceMetrics` or `resourceLogs`; in protobuf the fields of the innermost messages',
  entity: 'the host for `system.*`, `process.*` and `hw.*`, else the service ([OpenTelemetry](#opentelemetry))',
  dimensions: 'the attributes of a data point; `service.instance.id`',
  measurements: 'each data point; unit and kind as the sender states them',
  time: '`timeUnixNano`, else `observedTimeUnixNano`, else the append time',
  recognises: (value) => isObject(value) && isOtlpJson(value),
  read: (value) => readOtlpJson(value)!,
};
