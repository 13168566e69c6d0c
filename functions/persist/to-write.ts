import { alertVersion } from '../shared/domain/alert.ts';
import { anomalyVersion, anomalyVersions } from '../shared/domain/anomaly.ts';
import { factsFor } from '../shared/domain/catalogue/catalogue.ts';
import { dayMs } from '../shared/domain/durations.ts';
import { entityVersion } from '../shared/domain/edge.ts';
import { measurementId, sampleId, silenceDocumentId } from '../shared/domain/ids.ts';
import { type Sample, sampleVersion, sampleVersions } from '../shared/domain/sample.ts';
import { commandVersion, endVersion, tickVersion } from '../shared/domain/signal.ts';
import { silenceVersion } from '../shared/domain/silence.ts';
import { summaryVersion } from '../shared/domain/summary.ts';
import { decodeAlert, decodeSilence, decodeSummary, unknownSchema } from '../shared/log/decode.ts';
import { decodeSample } from '../shared/log/decode-sample.ts';
import { decodeSignal } from '../shared/log/decode-signal.ts';
import { header, type LogRecord } from '../shared/log/record.ts';
import type { WarehouseWrite } from '../shared/ports/warehouse.ts';
import { alertDocument } from '../shared/warehouse/alert-document.ts';
import { anomalyDocument } from '../shared/warehouse/anomaly-document.ts';
import { keptDays } from '../shared/warehouse/retention.ts';
import { sampleDocument } from '../shared/warehouse/sample-document.ts';
import { silenceDocument } from '../shared/warehouse/silence-document.ts';
import { summaryDocument } from '../shared/warehouse/summary-document.ts';

/** The schemas of the records that persist reads. Entities, ticks, ends and commands become no document. */
const versions = [
  sampleVersion,
  summaryVersion,
  anomalyVersion,
  alertVersion,
  silenceVersion,
  entityVersion,
  tickVersion,
  endVersion,
  commandVersion,
] as const;

/** The reason of a live sample that was older than samples are kept when it was appended. Its index may be deleted already. */
export const olderThanKept = 'older than it is kept';

/** Returns the newest version of the contract that a schema names; `undefined` for an unknown schema. */
function newestOf(schema: string | undefined): (typeof versions)[number] | undefined {
  if (sampleVersions.has(schema)) return sampleVersion;
  if (anomalyVersions.has(schema)) return anomalyVersion;
  return versions.find((known) => known === schema);
}

/**
 * Returns the write of a record of any topic. Its id is made of its content.
 * @returns `undefined` for entities, ticks, ends, commands and samples of the past, and for samples that contain only deltas, which are kept as minutes;
 *   {@link olderThanKept} for late samples, whose write would make a deleted index again, for a retention of its own
 * @throws {RefusedRecordError} if the record cannot be read
 */
export function toWrite(record: LogRecord): WarehouseWrite | typeof olderThanKept | undefined {
  const schema = record.headers[header.schema];
  const version = newestOf(schema);
  switch (version) {
    case sampleVersion:
      if (record.headers[header.history] !== undefined) return undefined;
      return sampleWrite(decodeSample(record), record.timestampMs);
    case summaryVersion: {
      const summary = decodeSummary(record);
      const { entity, dataset, dimensions, minuteMs } = summary;
      const id = measurementId(entity, dataset, dimensions, minuteMs);
      return { family: 'offbeat-summaries', id, timeMs: minuteMs, document: summaryDocument.write(summary) };
    }
    case anomalyVersion: {
      const signal = decodeSignal(record);
      if (signal.kind !== 'anomaly') return undefined;
      const { id, startsAtMs, revision } = signal.anomaly;
      const document = anomalyDocument.write(signal.anomaly);
      return { family: 'offbeat-anomalies', id, timeMs: startsAtMs, version: revision, document };
    }
    case alertVersion: {
      const alert = decodeAlert(record);
      const { id, startsAtMs, revision } = alert;
      return {
        family: 'offbeat-alerts',
        id,
        timeMs: startsAtMs,
        version: revision,
        document: alertDocument.write(alert),
      };
    }
    case silenceVersion: {
      const silence = decodeSilence(record);
      const { cluster, id: silenceId, createdAtMs, revision } = silence;
      const id = silenceDocumentId(cluster, silenceId, createdAtMs);
      const document = silenceDocument.write(silence);
      return { family: 'offbeat-silences', id, timeMs: createdAtMs, version: revision, document };
    }
    case undefined:
      throw unknownSchema(record, versions);
    default:
      return undefined;
  }
}

/** @param appendedMs the append time of the sample: by it, unlike by a clock, a batch that is retried has the same writes */
function sampleWrite(sample: Sample, appendedMs: number): WarehouseWrite | typeof olderThanKept | undefined {
  if (Object.keys(sample.measurements).every((metric) => isDelta(metric, sample))) return undefined;
  const { timestampMs, scope } = sample;
  if (scope === undefined && timestampMs < appendedMs - keptDays['offbeat-samples'] * dayMs) return olderThanKept;
  return {
    family: 'offbeat-samples',
    id: sampleId(sample),
    timeMs: timestampMs,
    document: sampleDocument.write(sample),
  };
}

function isDelta(metric: string, { kinds }: Sample): boolean {
  return factsFor(metric, kinds?.[metric]).kind === 'delta';
}
