import { hash } from 'node:crypto';
import { textAt } from '../../functions/normalise/fields.ts';
import { hostOf } from '../../functions/normalise/identify.ts';
import { isObject, type JsonObject } from '../../functions/shared/domain/json-object.ts';
import type { DocumentIdentity } from '../../functions/shared/ports/bulk-log.ts';

/** Fields that name a file, by group; Filebeat writes those that its platform and its settings have. */
const fileFields = [
  ['log.file.device_id', 'log.file.inode'],
  ['log.file.vol', 'log.file.idxhi', 'log.file.idxlo'],
  ['log.file.fingerprint'],
];

/** What Filebeat puts around a line as it stands in its file. */
const envelope = new Set(
  '@timestamp @metadata agent cloud container data_stream docker ecs elastic_agent event fields fileset host input kubernetes log message service tags'.split(
    ' ',
  ),
);
const envelopeOfLog = new Set(['file', 'flags', 'offset']);

/**
 * What makes a document of a bulk request the same as an earlier one: the `_id` that its client gave it, which is unique
 * within an index; else, of a line of a file, its place and its text.
 * @returns `undefined` for a document that has neither
 */
export function identityOf(
  document: JsonObject,
  action: string,
  { index, id }: { readonly index: string; readonly id: string | undefined },
): DocumentIdentity | undefined {
  if (id !== undefined) return { hash: hashOf('_id', index, id), raisesVersion: action === 'index' };
  const line = lineOf(document);
  return line && { hash: hashOf('line', ...line), raisesVersion: false };
}

/**
 * A line's host, file, offset and text. A file is named by its device and inode or by its fingerprint, never by its
 * path, which changes when files are rotated. A file that was truncated, or an inode that was used again, has the same
 * offsets once more, so the text belongs to it. A document that has more fields than Filebeat puts around a line was
 * parsed: its `message` is only a part of the line, so its time belongs to it as well.
 * @returns `undefined` for what is no line of a file
 */
function lineOf(document: JsonObject): readonly (string | null)[] | undefined {
  const host = hostOf(document);
  const offset = textAt(document, 'log.offset');
  const groups = fileFields.map((names) => names.map((name) => textAt(document, name)));
  const file = groups.filter((values) => !values.includes(undefined));
  if (host === undefined || offset === undefined || file.length === 0) return undefined;
  const message = typeof document.message === 'string' ? document.message : null;
  const timeText = message === null || isParsed(document) ? (textAt(document, '@timestamp') ?? null) : null;
  return [host, JSON.stringify(file), offset, message, timeText];
}

function isParsed(document: JsonObject): boolean {
  const { log } = document;
  const ofLog = isObject(log) ? Object.keys(log) : [];
  return (
    ofLog.some((name) => !envelopeOfLog.has(name)) ||
    Object.keys(document).some((name) => {
      const [first, second] = name.split('.');
      return !envelope.has(first!) || (first === 'log' && second !== undefined && !envelopeOfLog.has(second));
    })
  );
}

/** As JSON the parts cannot run into one another. */
function hashOf(...parts: readonly (string | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32);
}
