import { hash } from 'node:crypto';
import { type FlatDocument, flatten } from '../../functions/normalise/document/flatten.ts';
import { hostOf } from '../../functions/normalise/identity/host.ts';
import { RefusedRecordError } from '../../functions/shared/domain/errors.ts';
import type { JsonObject } from '../../functions/shared/domain/json-object.ts';
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
  const flat = flattened(document);
  const host = flat && hostOf(flat);
  const offset = flat?.textAt('log.offset');
  if (flat === undefined || host === undefined || offset === undefined) return undefined;
  const groups = fileFields.map((names) => names.map((name) => flat.textAt(name)));
  const file = groups.filter((values) => !values.includes(undefined));
  if (file.length === 0) return undefined;
  const message = flat.valueAt('message');
  const text = typeof message === 'string' ? message : null;
  const timeText = text === null || isParsed(flat) ? (flat.textAt('@timestamp') ?? null) : null;
  return [host, JSON.stringify(file), offset, text, timeText];
}

/** Returns the fields of a document; `undefined` for one that the flow refuses. */
function flattened(document: JsonObject): FlatDocument | undefined {
  try {
    return flatten(document);
  } catch (error) {
    if (error instanceof RefusedRecordError) return undefined;
    throw error;
  }
}

function isParsed({ paths }: FlatDocument): boolean {
  return paths.some(({ root, text }) => {
    if (root !== 'log') return !envelope.has(root);
    const second = text.split('.', 2)[1];
    return second !== undefined && !envelopeOfLog.has(second);
  });
}

/** Hashes parts as JSON, so that no part can continue in the next one. */
function hashOf(...parts: readonly (string | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32);
}
