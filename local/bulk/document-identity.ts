import { hash } from 'node:crypto';
import { textAt } from '../../functions/normalise/fields.ts';
import { hostOf } from '../../functions/normalise/identify.ts';
import { isObject, type JsonObject } from '../../functions/shared/domain/json-object.ts';
import type { DocumentIdentity } from '../../functions/shared/ports/bulk-log.ts';

/** Groups of fields that name a file. Filebeat writes the groups that its platform and its settings have. */
const fileFields = [
  ['log.file.device_id', 'log.file.inode'],
  ['log.file.vol', 'log.file.idxhi', 'log.file.idxlo'],
  ['log.file.fingerprint'],
];

/** Names of the fields that Filebeat adds to an unparsed line. */
const envelope = new Set(
  '@timestamp @metadata agent cloud container data_stream docker ecs elastic_agent event fields fileset host input kubernetes log message service tags'.split(
    ' ',
  ),
);
/** Names of the fields that Filebeat adds under `log`. */
const envelopeOfLog = new Set(['file', 'flags', 'offset']);

/**
 * Returns the identity of a document of a bulk request, by which a repeat of it is found. The identity is the `_id` that the
 * client gave, which is unique within an index; without one, the position and the text of the line of a file.
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
 * Returns the host, the file, the offset and the text of a line, and its time if the line was parsed.
 *
 * - A file is named by its device and inode, or by its fingerprint: its path changes when files are rotated.
 * - The text is a part of the identity, because a file that was truncated, or an inode that is used again, has the same
 *   offsets again.
 * - A document with more fields than Filebeat adds to a line was parsed. Its `message` is only a part of the line, so that
 *   its time is a part of the identity too.
 * @returns `undefined` for a document that is no line of a file
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

/** Hashes parts as JSON, so that no part can continue in the next one. */
function hashOf(...parts: readonly (string | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32);
}
