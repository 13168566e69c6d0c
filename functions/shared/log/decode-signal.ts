import { anomalySchema, anomalyVersion, anomalyVersions } from '../domain/anomaly.ts';
import { RefusedRecordError } from '../domain/errors.ts';
import { liveScope } from '../domain/sample.ts';
import { shown } from '../domain/shown.ts';
import {
  commandSchema,
  commandVersion,
  endVersion,
  type Signal,
  signalVersions,
  tickSchema,
  tickVersion,
} from '../domain/signal.ts';
import { decodeWith, unknownSchema } from './decode.ts';
import { header, type LogRecord } from './record.ts';

/** The schema of a tick on `signals`, which names the detect partition from which it comes. */
const placedTickSchema = tickSchema.refine(
  ({ detectPartition = 0, detectPartitions = 1 }) => detectPartition < detectPartitions,
  { path: ['detectPartition'], error: 'expected less than detectPartitions' },
);

const endSchema = placedTickSchema.refine(({ scope }) => scope !== liveScope, {
  path: ['scope'],
  error: `"${liveScope}" has no end; expected a replay's cluster`,
});

/**
 * Decodes one record of the topic `signals`.
 * @throws {RefusedRecordError} `unknown schema`, `not JSON`, or `not an anomaly`, `a tick`, `an end`, `a command`,
 *   naming the field
 */
export function decodeSignal(record: LogRecord): Signal {
  const schema = record.headers[header.schema];
  switch (anomalyVersions.has(schema) ? anomalyVersion : schema) {
    case anomalyVersion:
      return { kind: 'anomaly', anomaly: decodeWith(anomalySchema, record, 'not an anomaly'), ...reportedBy(record) };
    case tickVersion:
      return { kind: 'tick', tick: decodeWith(placedTickSchema, record, 'not a tick') };
    case endVersion:
      return { kind: 'end', tick: decodeWith(endSchema, record, 'not an end') };
    case commandVersion:
      return { kind: 'command', command: decodeWith(commandSchema, record, 'not a command') };
    default:
      throw unknownSchema(record, signalVersions);
  }
}

/** Returns the detect partition and tick of an anomaly. Without headers they are 0, as with one partition. */
function reportedBy({ headers }: LogRecord): { readonly detectPartition: number; readonly tickMs: number } {
  const text = headers[header.detectPartition] ?? '0';
  const tick = headers[header.tick] ?? '0';
  if (!/^\d{1,16}$/.test(tick)) {
    throw new RefusedRecordError('not an anomaly', `header ${header.tick}: expected ms since 1970, got "${tick}"`);
  }
  if (/^\d{1,6}$/.test(text)) return { detectPartition: Number(text), tickMs: Number(tick) };
  throw new RefusedRecordError(
    'not an anomaly',
    `header ${header.detectPartition}: expected a whole number, got ${shown(text)}`,
  );
}
