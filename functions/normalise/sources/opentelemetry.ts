import { isObject } from '../../shared/domain/json-object.ts';
import { isOtlpJson } from '../otlp/json-content.ts';
import { readOtlpJson } from '../otlp/otlp.ts';
import type { MessageSource } from './source.ts';

/** The metrics and log records of OpenTelemetry, many in one record: `otlp_json`. The registry recognises `otlp_proto`. */
export const opentelemetry: MessageSource = {
  name: 'OpenTelemetry (OTLP in JSON and in protobuf)',
  recognised:
    'an object with `resourceMetrics`, `resourceLogs` or `resourceSpans`; bytes in protobuf with the fields of metrics, log records or spans',
  entity: 'the host for `system.*`, `process.*`, `hw.*` and logs of files; else the service ([below](#opentelemetry))',
  dimensions:
    'the attributes of the data point, and those of the resource that name a part of the entity; of logs `level`',
  measurements: 'each data point under the name of its metric, with its unit and kind; `log.records`',
  time: '`timeUnixNano`, of logs else `observedTimeUnixNano`, else the append time',
  recognises: (value) => isObject(value) && isOtlpJson(value),
  read: (value, settings) => readOtlpJson(value, settings),
};
