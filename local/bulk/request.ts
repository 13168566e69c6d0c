import { shownText } from '../../functions/shared/domain/shown.ts';
import { messageBytesMax, topics } from '../../functions/shared/log/topics.ts';
import type { DocumentIdentity } from '../../functions/shared/ports/bulk-log.ts';
import { identityOf } from './document-identity.ts';
import { timeOf } from './document-time.ts';
import { type Line, LineCutter } from './line-cutter.ts';

/** One item of a bulk request, judged. `action` is the word its answer is filed under. */
export type BulkItem =
  | { readonly kind: 'document'; readonly action: string; readonly target: BulkTarget; readonly document: BulkDocument }
  | { readonly kind: 'refused'; readonly action: string; readonly target: BulkTarget; readonly refusal: BulkRefusal };

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
export interface BulkRefusal {
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

/** Of a line that is malformed. */
const shownBytesMax = 200;
/** Of an `_id`, as for Elasticsearch. */
const idBytesMax = 512;
/** The longest name of an index, as for Elasticsearch. */
const indexBytesMax = 255;
/** The longest action with its metadata; exporters of OpenTelemetry name templates of fields in it. */
export const actionBytesMax = 65_536;

interface Action {
  /** The number of its line. */
  readonly number: number;
  readonly action: string;
  readonly target: BulkTarget;
}

/**
 * Reads the body of an Elasticsearch bulk request as it arrives, and keeps nothing of it but the line that is not ended
 * yet. Only `create` and `index` are taken: a log of beats is never changed; `update` and `delete` are refused one by one.
 * @see https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
 * @example
 * const parser = new BulkParser('metricbeat');
 * parser.feed(Buffer.from('{"create":{}}\n{"a":1}\n'));
 * parser.next(); // => { kind: 'document', … }
 * parser.next(); // => undefined: more is needed
 * parser.end(); // => undefined: nothing was left
 */
export class BulkParser {
  readonly #defaultIndex: string;
  readonly #lines = new LineCutter(messageBytesMax[topics.beats]);
  /** The action whose document comes next. */
  #begun: Action | undefined;

  /** @param defaultIndex the index in the path, for items that name none */
  constructor(defaultIndex = 'beats') {
    this.#defaultIndex = defaultIndex;
  }

  /** Goes on with the next piece of the body, once there is no item any more in the last one. */
  feed(piece: Buffer): void {
    this.#lines.feed(piece);
  }

  /**
   * @returns the next item; `undefined` where the next piece is needed
   * @throws {MalformedBulkError} naming the line
   */
  next(): BulkItem | undefined {
    for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
      const item = this.#take(line);
      if (item !== undefined) return item;
    }
    return undefined;
  }

  /**
   * @returns the item that the end of the body ends
   * @throws {MalformedBulkError} naming the line
   */
  end(): BulkItem | undefined {
    const line = this.#lines.end();
    const item = line && this.#take(line);
    if (this.#begun === undefined) return item;
    const { action, number } = this.#begun;
    throw new MalformedBulkError(`line ${number}: the action "${action}" has no document after it`);
  }

  #take(line: Line): BulkItem | undefined {
    const begun = this.#begun;
    if (begun !== undefined) {
      this.#begun = undefined;
      return toItem(begun, line);
    }
    const action = parseAction(line, this.#defaultIndex);
    if (action.action === 'delete') return toItem(action, undefined);
    this.#begun = action;
    return undefined;
  }
}

/** Returns why no document goes to an index of this name; `undefined` where one may. */
export function refuseIndex(index: string): BulkRefusal | undefined {
  if (Buffer.byteLength(index) <= indexBytesMax) return undefined;
  const reason = `index name [${shownText(index)}] is too long, expected at most ${indexBytesMax} bytes`;
  return { status: 400, type: 'invalid_index_name_exception', reason };
}

function toItem({ action, target }: Action, line: Line | undefined): BulkItem {
  const refusal = refuse(action, target, line);
  if (refusal !== undefined) return { kind: 'refused', action, target: briefly(target), refusal };
  const document = parseDocument(line!.bytes!, action, target);
  return 'status' in document
    ? { kind: 'refused', action, target, refusal: document }
    : { kind: 'document', action, target, document };
}

function refuse(action: string, { index, id }: BulkTarget, line: Line | undefined): BulkRefusal | undefined {
  const illegal = (reason: string): BulkRefusal => ({ status: 400, type: 'illegal_argument_exception', reason });
  if (line === undefined || action === 'update') {
    return illegal(`action "${action}" is not supported; expected create or index`);
  }
  if (id === '') return illegal('if _id is specified it must not be empty');
  if (Buffer.byteLength(id ?? '') > idBytesMax) {
    return illegal(`id [${shownText(id!.slice(0, shownBytesMax))}…] is too long, expected at most ${idBytesMax} bytes`);
  }
  if (line.bytes === undefined) {
    const reason = `the document has ${line.length} bytes; at most ${messageBytesMax[topics.beats]} are taken`;
    return { status: 413, type: 'content_too_large', reason };
  }
  return refuseIndex(index);
}

/** A refused item is answered by its name; a name that is too long would be in thousands of answers. */
function briefly({ index, id }: BulkTarget): BulkTarget {
  return { index: index.slice(0, indexBytesMax), id: id?.slice(0, idBytesMax) };
}

function parseDocument(bytes: Buffer, action: string, target: BulkTarget): BulkDocument | BulkRefusal {
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

function parseAction({ number, bytes, length }: Line, defaultIndex: string): Action {
  if (bytes === undefined || length > actionBytesMax) {
    throw new MalformedBulkError(`line ${number}: action line of ${length} bytes; at most ${actionBytesMax} are taken`);
  }
  const entries = Object.entries(parseObject(bytes) ?? {});
  const [action, meta] = entries[0] ?? [];
  if (entries.length !== 1 || action === undefined || !['create', 'index', 'update', 'delete'].includes(action)) {
    const got = shownText(bytes.subarray(0, shownBytesMax).toString());
    throw new MalformedBulkError(
      `line ${number}: malformed action, expected {"create":{…}} or {"index":{…}}, got ${got}`,
    );
  }
  const { _index: index, _id: id, op_type: type } = (meta ?? {}) as Readonly<Record<string, unknown>>;
  return {
    number,
    action: action === 'index' && type === 'create' ? 'create' : action,
    target: { index: typeof index === 'string' ? index : defaultIndex, id: idOf(id) },
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
