import { minuteMs } from '../../shared/domain/durations.ts';
import { isName } from '../../shared/domain/name.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { murmur2 } from '../../shared/log/topics.ts';
import type { Draft } from '../draft.ts';
import { levelInLine, levelNamed } from '../logs/levels.ts';
import { shownLine } from '../logs/line.ts';
import { otlpSource } from './gathered.ts';
import { type Subject, subjectOf } from './identity.ts';
import { type AnyValue, type LogRecord, type ResourceLogs, textOf } from './model.ts';
import type { Tally } from './tally.ts';

const datasetMax = 256;

/** A draft while the records of its minute are counted. */
interface Counted {
  readonly draft: Omit<Draft, 'measurements'>;
  records: number;
}

/**
 * Returns the samples of the log records of a record. Log records of one entity, dataset, level and minute become one
 * sample with their number and the text of the first. A record whose place is known becomes a sample of its own, so that a
 * repeat of it is found.
 * @param tally counts what is left out
 */
export function readLogs(resources: readonly ResourceLogs[], tally: Tally, settings: Settings): Draft[] {
  const samples: Counted[] = [];
  const byMinute = new Map<string, Counted>();
  for (const { attributes, records } of resources) {
    const subjects = { host: subjectOf(attributes, 'host'), service: subjectOf(attributes, 'service') };
    const ofResource = new Map(attributes);
    for (const record of records) {
      const texts = new Map(record.attributes);
      const subject = subjects[isOfHost(texts) ? 'host' : 'service'];
      if (subject === undefined) {
        tally.withoutEntity(1);
        continue;
      }
      tally.read += 1;
      count(toDraft(record, { subject, texts, ofResource, settings }), samples, byMinute);
    }
  }
  return samples.map(({ draft, records }) => ({ ...draft, measurements: { 'log.records': records } }));
}

function count(draft: Counted['draft'], samples: Counted[], byMinute: Map<string, Counted>): void {
  const { kind, name, host, dataset, dimensions, timeMs, line } = draft;
  const minute = timeMs === undefined ? '' : Math.floor(timeMs / minuteMs);
  // The host decides the cluster: one service may run in several.
  const key = [kind, name, host, dataset, dimensions.level, minute].join('\0');
  const known = line?.id === undefined ? byMinute.get(key) : undefined;
  if (known !== undefined) {
    known.records += 1;
    return;
  }
  const counted = { draft, records: 1 };
  samples.push(counted);
  if (line?.id === undefined) byMinute.set(key, counted);
}

type Texts = ReadonlyMap<string, string>;

/** Groups of attributes by which a log record came from a file, or from the system, and not from a program itself. */
const ofHosts = ['log.file.name', 'log.file.path', 'log.iostream', 'syslog.facility', 'log.syslog.facility.code'];

const isOfHost = (texts: Texts): boolean => ofHosts.some((name) => texts.has(name));

interface Context {
  readonly subject: Subject;
  readonly texts: Texts;
  readonly ofResource: Texts;
  readonly settings: Settings;
}

function toDraft(record: LogRecord, { subject, texts, ofResource, settings }: Context): Counted['draft'] {
  const { kind, name, host, facts } = subject;
  const timeMs = record.timeMs === 0 ? record.observedMs : record.timeMs;
  const text = bodyText(record.body);
  const id = placeOf(texts, text);
  return {
    kind,
    name,
    host,
    timeMs: timeMs === 0 ? undefined : timeMs,
    dataset: datasetOf(texts, ofResource, kind === 'host'),
    dimensions: { level: levelOf(record, texts, text) },
    ...(facts === undefined ? {} : { facts }),
    ...(text === '' && id === undefined
      ? {}
      : { line: { ...(id === undefined ? {} : { id }), text: shownLine(text, settings) } }),
    source: otlpSource,
  };
}

/**
 * Returns the dataset of a log record: what its sender named, else the container, else the file, else the service.
 *
 * - The container is more telling than its file, which is named `0.log` on every node of Kubernetes.
 * - The service comes last, and only for a host: the log of a service is that of the entity itself.
 */
function datasetOf(texts: Texts, ofResource: Texts, isHost: boolean): string {
  const named = (name: string): string | undefined => {
    const text = texts.get(name) ?? ofResource.get(name);
    return text === undefined || text === '' || text.length > datasetMax || !isName(text) ? undefined : text;
  };
  return (
    named('event.dataset') ??
    named('data_stream.dataset') ??
    named('k8s.container.name') ??
    named('container.name') ??
    fileOf(named('log.file.name') ?? named('log.file.path')) ??
    (isHost ? named('service.name') : undefined) ??
    'generic'
  );
}

/** A pattern for what the rotation of logs adds to the name of a file: `.1`, `.gz`, `-20261128`, `.2026-11-28`. */
const rotation = /([._-]\d{4}-?\d{2}-?\d{2}|[._-]\d{1,3}|\.(gz|bz2|xz|zst))$/;

/** Returns the name of a file without its folder and without what its rotation adds. */
function fileOf(path: string | undefined): string | undefined {
  let name = path?.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  // At most a date, a number and a compression.
  for (let part = 0; name !== undefined && part < 3; part += 1) {
    const shorter = name.replace(rotation, '');
    if (shorter === name || shorter === '') break;
    name = shorter;
  }
  return name === '' ? undefined : name;
}

/** The levels of the severity numbers 1 to 24, four numbers each. */
const levelsOfNumbers = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

/** The names of attributes, and of fields of a body that is a map, with the level of a log record; the best first. */
const levelNames = ['log.level', 'level', 'Level', 'LEVEL', 'severity', 'loglevel', 'levelname', 'lvl'];

/**
 * Returns the level of a log record, from the closed list of all logs: by its number, else by its text, an attribute or a
 * field of its body with a level, else by the line itself.
 */
function levelOf({ severityNumber, severityText, body }: LogRecord, texts: Texts, line: string): string {
  const byNumber = levelsOfNumbers[Math.floor((severityNumber - 1) / 4)];
  if (byNumber !== undefined) return byNumber;
  const ofBody = isMap(body) ? levelNames.map((name) => textOf(body[name] ?? null)) : [];
  const words = [severityText, ...levelNames.map((name) => texts.get(name)), ...ofBody];
  const text = words.find((word) => word !== undefined && word !== '');
  return text === undefined ? (levelInLine(line) ?? 'none') : (levelNamed(text) ?? 'other');
}

const isMap = (body: AnyValue): body is Readonly<Record<string, AnyValue>> =>
  typeof body === 'object' && body !== null && !Array.isArray(body);

/** Returns a body as one line of text: its message if it is a map, else JSON. */
function bodyText(body: AnyValue): string {
  if (isMap(body)) {
    const { message, msg, log } = body;
    const text = [message, msg, log].find((value) => typeof value === 'string');
    if (text !== undefined) return textOf(text);
  }
  return textOf(body);
}

/**
 * Returns a hash of 32 bits of a log record's own id, or of its file, its place in it and its text: a file that was
 * truncated has the same places again.
 * @returns `undefined` where the sender names neither
 */
function placeOf(texts: Texts, line: string): number | undefined {
  const id = texts.get('log.record.uid');
  if (id !== undefined) return hashOf([id]);
  const file = texts.get('log.file.path') ?? texts.get('log.file.name');
  const offset = texts.get('log.file.record_offset') ?? texts.get('log.file.record_number');
  return file === undefined || offset === undefined ? undefined : hashOf([file, offset, line]);
}

const hashOf = (parts: readonly string[]): number => murmur2(Buffer.from(JSON.stringify(parts))) >>> 0;
