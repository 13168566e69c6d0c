import { isObject, type JsonObject } from '../shared/domain/json-object.ts';
import type { Read } from './draft.ts';
import { firstText, textAt } from './fields.ts';
import { requiredHost } from './identify.ts';
import { sourceOf } from './metricbeat.ts';
import { timestampOf } from './timestamp.ts';

/** The Beats that ship log records and no measurements. */
const logShippers = new Set(['filebeat', 'winlogbeat', 'journalbeat', 'auditbeat']);

/** Returns whether a document is a log record: by its shipper, or else by its fields. */
export function isLog(beat: JsonObject): boolean {
  const shipper = sourceOf(beat);
  if (shipper !== 'unknown') return logShippers.has(shipper);
  if (beat.metricset !== undefined) return false;
  return typeof beat.message === 'string' || isObject(beat.log) || textAt(beat, 'input.type') !== undefined;
}

/**
 * Reads a log record as a sample that adds 1 to the log-rate series of its host, dataset and level.
 * @throws {RefusedRecordError} `no entity` or `not a time`
 */
export function readFilebeat(beat: JsonObject): Read {
  const host = requiredHost(beat);
  const draft = {
    kind: 'host',
    name: host,
    host,
    timeMs: timestampOf(beat),
    dataset: datasetOf(beat),
    dimensions: { level: levelOf(beat) },
    measurements: { 'log.records': 1 },
    source: sourceOf(beat),
  } as const;
  return { drafts: [draft], skipped: [] };
}

function datasetOf(beat: JsonObject): string {
  const named = firstText(beat, 'event.dataset', 'data_stream.dataset');
  if (named !== undefined) return named;
  const module = textAt(beat, 'event.module');
  const fileset = textAt(beat, 'fileset.name');
  return module !== undefined && fileset !== undefined ? `${module}.${fileset}` : (module ?? fileset ?? 'generic');
}

/** The levels of RFC 5424 and `trace`, each with the other spellings that loggers use. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  trace: ['finest', 'finer', 'verbose'],
  debug: ['fine', '7'],
  info: ['information', 'informational', '6', 'i'],
  notice: ['5'],
  warning: ['warn', '4', 'w'],
  error: ['err', 'severe', '3', 'e'],
  critical: ['crit', 'fatal', 'panic', '2', 'f'],
  alert: ['1'],
  emergency: ['emerg', '0'],
};
const levels = new Map(
  Object.entries(spellings).flatMap(([level, others]) => [level, ...others].map((word) => [word, level] as const)),
);

/**
 * Returns the level of a log record from a closed list, so that no record can make a new series: `none` for a record
 * without a level, `other` for an unknown level.
 */
function levelOf(beat: JsonObject): string {
  const text = firstText(beat, 'log.level', 'log.syslog.severity.code', 'syslog.severity', 'log.syslog.severity.name');
  return text === undefined ? 'none' : levelOfWord(text);
}

/** Returns the level that a word or a number of syslog means; `other` for any other text. */
export const levelOfWord = (text: string): string => levels.get(text.trim().toLowerCase()) ?? 'other';
