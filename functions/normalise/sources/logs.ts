import { type Facts, factCharactersMax } from '../../shared/domain/sample.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import type { FlatDocument } from '../document/flatten.ts';
import type { Read } from '../draft.ts';
import { requiredHost } from '../identity/host.ts';
import { levelOf } from '../logs/levels.ts';
import { lineOf, lineTextOf } from '../logs/line.ts';
import { timeOf } from '../timestamp.ts';
import { namedDataset, shipperOf } from './envelope.ts';
import type { DocumentSource } from './source.ts';

/** The Beats whose documents are events: each is counted, and its numbers are not measured. */
const logShippers: ReadonlySet<string> = new Set([
  'filebeat',
  'winlogbeat',
  'journalbeat',
  'auditbeat',
  'packetbeat',
  'functionbeat',
  'osquerybeat',
  'cloudbeat',
]);

/** The log records of Beats, rsyslog, Fluent Bit, Logstash, journald and the like. */
export const logs: DocumentSource = {
  name: 'Logs',
  recognised:
    'documents of Filebeat, Winlogbeat, Journalbeat, Auditbeat or Packetbeat; any other document without `metricset` that has `message`, `log`, `input.type`, `msg`, `MESSAGE`, `Message`, `short_message` or, of Serilog, `RenderedMessage`, `MessageTemplate`, `@m`, `@mt`, or, of Telegraf, `fields.message`',
  entity: 'the host',
  dimensions: '`level`',
  measurements: '`log.records`: 1 for each record (`{record}`, delta)',
  time: '`@timestamp`, else `timestamp`, `time`, `date` and the like, else the append time',
  recognises: isLog,
  read: readLog,
};

/** The fields that only log records have, with a text. */
const textFields = [
  'message',
  'msg',
  'MESSAGE',
  'Message',
  'short_message',
  'RenderedMessage',
  'MessageTemplate',
  '@m',
  '@mt',
  // Telegraf's inputs syslog and tail
  'fields.message',
];

/** Returns whether a document is a log record: by what it says of itself, by its shipper, or else by its fields. */
function isLog(document: FlatDocument): boolean {
  const type = document.textAt('data_stream.type') ?? document.textAt('event.kind');
  if (type === 'metrics' || type === 'metric') return false;
  if (type === 'logs') return true;
  const shipper = shipperOf(document);
  if (shipper !== 'unknown') return logShippers.has(shipper);
  if (document.hasBelow('metricset')) return false;
  if (textFields.some((path) => typeof document.valueAt(path) === 'string')) return true;
  return document.hasBelow('log') || document.textAt('input.type') !== undefined;
}

/** The texts of a log record that are worth repeating with each sample. */
const factPaths = [
  'log.file.path',
  'service.name',
  'service.version',
  'process.name',
  'programname',
  'container.name',
  'kubernetes.namespace',
  'kubernetes.pod.name',
];

/**
 * Reads a log record as a sample that adds 1 to the log-rate series of its host, dataset and level.
 * @throws {RefusedRecordError} `no entity` or `not a time`
 */
function readLog(document: FlatDocument, settings: Settings): Read {
  const host = requiredHost(document);
  const text = lineTextOf(document);
  const facts = factsOf(document);
  const draft = {
    kind: 'host',
    name: host,
    host,
    timeMs: timeOf(document).timeMs,
    dataset: datasetOf(document),
    dimensions: { level: levelOf(document, text) },
    measurements: { 'log.records': 1 },
    ...(facts === undefined ? {} : { facts }),
    ...(text === '' ? {} : { line: lineOf(document, text, settings) }),
    source: shipperOf(document),
  } as const;
  return { drafts: [draft], skipped: document.skipped };
}

function factsOf(document: FlatDocument): Facts | undefined {
  let facts: Record<string, string> | undefined;
  for (const path of factPaths) {
    const value = document.valueAt(path);
    if (typeof value !== 'string' || value === '' || value.includes('\u0000')) continue;
    facts ??= {};
    facts[path] = value.slice(0, factCharactersMax).toWellFormed();
  }
  return facts;
}

function datasetOf(document: FlatDocument): string {
  const named = namedDataset(document);
  if (named !== undefined) return named;
  const module = document.textAt('event.module');
  const fileset = document.textAt('fileset.name');
  return module !== undefined && fileset !== undefined ? `${module}.${fileset}` : (module ?? fileset ?? 'generic');
}
