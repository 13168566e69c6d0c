import { z } from 'zod';
import { anomalySchema, anomalyVersion } from '../shared/domain/anomaly.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { header, type LogRecord } from '../shared/domain/record.ts';
import { liveScope } from '../shared/domain/sample.ts';
import {
  commandSchema,
  commandVersion,
  endVersion,
  type Signal,
  signalVersions,
  tickSchema,
  tickVersion,
} from '../shared/domain/signal.ts';

/** A tick on `signals` says which detect partition it comes from. */
const placedTickSchema = tickSchema.refine(
  ({ detectPartition = 0, detectPartitions = 1 }) => detectPartition < detectPartitions,
  { path: ['detectPartition'], error: 'expected less than detectPartitions' },
);

const endSchema = placedTickSchema.refine(({ scope }) => scope !== liveScope, {
  path: ['scope'],
  error: `"${liveScope}" has no end; expected a replay's cluster`,
});

const lastingCommandSchema = commandSchema.refine(
  (command) => command.action !== 'silence' || command.endsAtMs > command.startsAtMs,
  { path: ['endsAtMs'], error: 'a silence must end after it starts' },
);

/**
 * One record of topic `signals`.
 * @throws {RefusedRecordError} `unknown schema`, `not JSON`, or `not an anomaly`, `a tick`, `an end`, `a command`,
 *   naming the field
 */
export function decodeSignal(record: LogRecord): Signal {
  const schema = record.headers[header.schema];
  switch (schema) {
    case anomalyVersion:
      return { kind: 'anomaly', anomaly: read(anomalySchema, record, 'not an anomaly') };
    case tickVersion:
      return { kind: 'tick', tick: read(placedTickSchema, record, 'not a tick') };
    case endVersion:
      return { kind: 'end', tick: read(endSchema, record, 'not an end') };
    case commandVersion:
      return { kind: 'command', command: read(lastingCommandSchema, record, 'not a command') };
    default:
      throw new RefusedRecordError(
        'unknown schema',
        `header schema: expected one of ${signalVersions.join(', ')}, got ${schema ?? 'none'}`,
      );
  }
}

function read<T>(schema: z.ZodType<T>, { value }: LogRecord, reason: string): T {
  if (value === null) throw new RefusedRecordError('not JSON', 'value: expected JSON, got a tombstone');
  let json: unknown;
  try {
    json = JSON.parse(value.toString());
  } catch (cause) {
    throw new RefusedRecordError('not JSON', `value: ${String(cause)}`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new RefusedRecordError(reason, z.prettifyError(parsed.error));
  return parsed.data;
}
