import { anomalySchema, anomalyVersion, anomalyVersions } from '../domain/anomaly.ts';
import { entityRecordSchema, entityVersion } from '../domain/edge.ts';
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
 * @throws {RefusedRecordError} `unknown schema`, `not JSON`, or `not an anomaly`, `an entity`, `a tick`, `an end`, `a command`,
 *   naming the field
 */
export function decodeSignal(record: LogRecord): Signal {
  const schema = record.headers[header.schema];
  switch (anomalyVersions.has(schema) ? anomalyVersion : schema) {
    case anomalyVersion:
      return { kind: 'anomaly', anomaly: decodeWith(anomalySchema, record, 'not an anomaly'), ...reportedBy(record) };
    case entityVersion: {
      const reason = 'not an entity';
      return { kind: 'entity', record: decodeWith(entityRecordSchema, record, reason), tickMs: tickOf(record, reason) };
    }
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

/** Returns the tick under which a record was reported; 0 without a header. */
function tickOf({ headers }: LogRecord, reason: string): number {
  const tick = headers[header.tick] ?? '0';
  if (/^\d{1,16}$/.test(tick)) return Number(tick);
  throw new RefusedRecordError(reason, `header ${header.tick}: expected ms since 1970, got "${tick}"`);
}

/** Returns the detect partition and tick of an anomaly. Without headers they are 0, as with one partition. */
function reportedBy(record: LogRecord): { readonly detectPartition: number; readonly tickMs: number } {
  const text = record.headers[header.detectPartition] ?? '0';
  const tickMs = tickOf(record, 'not an anomaly');
  if (/^\d{1,6}$/.test(text)) return { detectPartition: Number(text), tickMs };
  throw new RefusedRecordError(
    'not an anomaly',
    `header ${header.detectPartition}: expected a whole number, got ${shown(text)}`,
  );
}
