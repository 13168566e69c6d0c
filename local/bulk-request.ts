import { shownText } from '../functions/shared/domain/shown.ts';
import type { DocumentIdentity } from '../functions/shared/ports/bulk-log.ts';
import { identityOf } from './document-identity.ts';
import { timeOf } from './witness.ts';

/** One item of a bulk request, judged. `action` is the word its answer is filed under. */
export type BulkItem =
  | { readonly kind: 'document'; readonly action: string; readonly target: BulkTarget; readonly document: BulkDocument }
  | { readonly kind: 'refused'; readonly action: string; readonly target: BulkTarget; readonly refusal: Refusal };

export interface BulkTarget {
  readonly index: string;
  readonly id: string | undefined;
}

export interface BulkDocument {
  /** The line as it came. */
  readonly bytes: Buffer;
  /** `host.name` of the document, where it has one: its key, so that a host's documents keep their order. */
  readonly host: string | null;
  /** Its `@timestamp`, ms since the epoch, where it has one that can be read. */
  readonly timeMs: number | undefined;
  /** @see identityOf */
  readonly identity: DocumentIdentity | undefined;
}

/** An error as Elasticsearch words it. */
export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly reason: string;
  /** Which shard of which index refused it, where Elasticsearch says so. */
  readonly shard?: Readonly<Record<'index_uuid' | 'shard' | 'index', string>>;
}

/** The whole request cannot be read: what follows a broken action line cannot be told apart. */
export class MalformedBulkError extends Error {
  override readonly name = 'MalformedBulkError';
}

const newline = 0x0a;
/** Of a line that is malformed. */
const shownBytesMax = 200;
/** Of an `_id`, as for Elasticsearch. */
const idBytesMax = 512;

/**
 * Reads the body of an Elasticsearch bulk request. Only `create` and `index` are taken: a log of beats is never
 * changed; `update` and `delete` are refused one by one.
 * @param defaultIndex the index in the path, for items that name none
 * @throws {MalformedBulkError} naming the line
 * @see https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
 */
export function parseBulk(body: Buffer, defaultIndex: string | undefined): BulkItem[] {
  const lines = splitLines(body);
  const items: BulkItem[] = [];
  for (let at = 0; at < lines.length; ) {
    const { action, target } = parseAction(lines[at]!, at + 1, defaultIndex);
    const source = action === 'delete' ? undefined : lines[at + 1];
    if (action !== 'delete' && source === undefined) {
      throw new MalformedBulkError(`line ${at + 1}: the action "${action}" has no document after it`);
    }
    items.push(toItem(action, target, source));
    at += action === 'delete' ? 1 : 2;
  }
  return items;
}

function toItem(action: string, target: BulkTarget, source: Buffer | undefined): BulkItem {
  if (source === undefined || action === 'update') {
    const reason = `action "${action}" is not supported; expected create or index`;
    return { kind: 'refused', action, target, refusal: { status: 400, type: 'illegal_argument_exception', reason } };
  }
  if (target.id === '') {
    const reason = 'if _id is specified it must not be empty';
    return { kind: 'refused', action, target, refusal: { status: 400, type: 'illegal_argument_exception', reason } };
  }
  if (Buffer.byteLength(target.id ?? '') > idBytesMax) {
    const reason = `id [${shownText(target.id!.slice(0, shownBytesMax))}…] is too long, expected at most ${idBytesMax} bytes`;
    return { kind: 'refused', action, target, refusal: { status: 400, type: 'illegal_argument_exception', reason } };
  }
  const document = parseDocument(source, action, target);
  return 'status' in document
    ? { kind: 'refused', action, target, refusal: document }
    : { kind: 'document', action, target, document };
}

function parseDocument(bytes: Buffer, action: string, target: BulkTarget): BulkDocument | Refusal {
  const parsed = parseObject(bytes);
  if (parsed === undefined) {
    return { status: 400, type: 'document_parsing_exception', reason: 'the document is not a JSON object' };
  }
  const host = parsed.host;
  const name = typeof host === 'object' && host !== null && 'name' in host ? host.name : undefined;
  return {
    bytes,
    host: typeof name === 'string' ? name : null,
    timeMs: timeOf(parsed),
    identity: identityOf(parsed, action, target),
  };
}

function parseAction(
  line: Buffer,
  number: number,
  defaultIndex: string | undefined,
): { action: string; target: BulkTarget } {
  const entries = Object.entries(parseObject(line) ?? {});
  const [action, meta] = entries[0] ?? [];
  if (entries.length !== 1 || action === undefined || !['create', 'index', 'update', 'delete'].includes(action)) {
    throw new MalformedBulkError(
      `line ${number}: malformed action, expected {"create":{…}} or {"index":{…}}, got ${shownText(line.subarray(0, shownBytesMax).toString())}`,
    );
  }
  const { _index: index, _id: id, op_type: type } = (meta ?? {}) as Readonly<Record<string, unknown>>;
  return {
    action: action === 'index' && type === 'create' ? 'create' : action,
    target: {
      index: typeof index === 'string' ? index : (defaultIndex ?? 'beats'),
      id: idOf(id),
    },
  };
}

/** A number is the text of its digits, as it is for Elasticsearch; one too large to be exact names no document. */
function idOf(id: unknown): string | undefined {
  if (typeof id === 'string') return id;
  return Number.isSafeInteger(id) ? String(id) : undefined;
}

function parseObject(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined; // The caller names the line and what was expected of it.
  }
}

/** Without the empty ones, which clients use as padding. */
function splitLines(body: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let from = 0;
  while (from < body.length) {
    const end = body.indexOf(newline, from);
    const line = body.subarray(from, end < 0 ? body.length : end);
    if (line.length > 0 && !(line.length === 1 && line[0] === 0x0d)) lines.push(line);
    from = end < 0 ? body.length : end + 1;
  }
  return lines;
}
