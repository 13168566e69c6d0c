import { isName } from '../../shared/domain/name.ts';
import { type Line, lineCharactersMax } from '../../shared/domain/sample.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { murmur2 } from '../../shared/log/topics.ts';
import type { FlatDocument } from '../document/flatten.ts';
import { redacted } from './redact.ts';

/** Fields with the text of a log record, the best first. */
const textPaths = [
  'message',
  'log.original',
  'event.original',
  'msg',
  'MESSAGE',
  'Message',
  'short_message',
  'RenderedMessage',
  '@m',
  'MessageTemplate',
  '@mt',
  'fields.message',
  'log',
  'rawmsg',
];

/** Groups of fields that name the place of a record in a file or a journal, the best first: a file may be renamed. */
const places: readonly (readonly string[])[] = [
  ['log.offset', 'log.file.device_id', 'log.file.inode'],
  ['log.offset', 'log.file.vol', 'log.file.idxhi', 'log.file.idxlo'],
  ['log.offset', 'log.file.fingerprint'],
  ['log.offset', 'log.file.path'],
  // Filebeat 6
  ['offset', 'source'],
  ['winlog.record_id', 'winlog.channel'],
  ['__CURSOR'],
];

/** Returns the text of a log record as its shipper sends it; empty where it has none. */
export function lineTextOf(document: FlatDocument): string {
  for (const path of textPaths) {
    const value = document.valueAt(path);
    if (typeof value === 'string') return value;
  }
  return '';
}

/**
 * Returns a log record as its sample contains it: its text, cut and redacted, and a hash of its place and text where the
 * shipper names a place. The text is hashed too, because a file that was truncated has the same offsets again.
 */
export function lineOf(document: FlatDocument, text: string, settings: Settings): Line {
  const id = idOf(document, text);
  return { ...(id === undefined ? {} : { id }), text: shownLine(text, settings) };
}

function idOf(document: FlatDocument, text: string): number | undefined {
  for (const paths of places) {
    const parts = paths.map((path) => document.textAt(path));
    if (!parts.includes(undefined)) return murmur2(Buffer.from(JSON.stringify([...parts, text]))) >>> 0;
  }
  return undefined;
}

/** The most characters of a line that are read. What is redacted makes it shorter. */
const readMax = 4 * lineCharactersMax;

/**
 * Returns a text without its last word, which is cut: it could be a secret that no pattern finds any more. A text of one word
 * remains as it is. It is read from its end, because a pattern would begin at each character.
 */
function withoutCutWord(text: string): string {
  let at = text.length;
  while (at > 0 && /\S/.test(text[at - 1]!)) at -= 1;
  return at === 0 ? text : text.slice(0, at);
}

/** Returns the first 256 characters of a line, without what is redacted. */
export function shownLine(text: string, settings: Settings): string {
  const whole = text.length > readMax ? withoutCutWord(text.slice(0, readMax)) : text;
  const shown = redacted(whole.trim(), settings).slice(0, lineCharactersMax).toWellFormed();
  return isName(shown) ? shown : shown.replaceAll('\u0000', '�');
}
