import { shownText } from '../../functions/shared/domain/shown.ts';
import { textOf } from '../../functions/shared/domain/text-of.ts';
import { messageBytesMax, topics } from '../../functions/shared/log/topics.ts';
import type { DocumentIdentity } from '../../functions/shared/ports/bulk-log.ts';
import { identityOf } from './document-identity.ts';
import { timeOf } from './document-time.ts';
import { type Line, LineCutter } from './line-cutter.ts';

/** One item of a bulk request, checked. `action` is the key of its result in the answer. */
export type BulkItem =
  | { readonly kind: 'document'; readonly action: string; readonly target: BulkTarget; readonly document: BulkDocument }
  | { readonly kind: 'refused'; readonly action: string; readonly target: BulkTarget; readonly refusal: BulkRefusal };

export interface BulkTarget {
  readonly index: string;
  readonly id: string | undefined;
}

export interface BulkDocument {
  /** The bytes of the line, unchanged. */
  readonly bytes: Buffer;
  /** The field `host.name`, which is the record's key, so that a host's documents keep their order; `null` if absent. */
  readonly host: string | null;
  /** The time of `@timestamp`, ms since the epoch; `undefined` if it is absent or cannot be read. */
  readonly timeMs: number | undefined;
  /** @see identityOf */
  readonly identity: DocumentIdentity | undefined;
}

/** An error as Elasticsearch words it. */
export interface BulkRefusal {
  readonly status: number;
  readonly type: string;
  readonly reason: string;
  /** The shard and the index that Elasticsearch would name in this error, if it would. */
  readonly shard?: Readonly<Record<'index_uuid' | 'shard' | 'index', string>>;
}

/** A request cannot be read: after a malformed action line, actions and documents cannot be distinguished. */
export class MalformedBulkError extends Error {
  override readonly name = 'MalformedBulkError';
}

/** The most bytes of a malformed line that an error quotes. */
const shownBytesMax = 200;
/** The longest `_id`, as for Elasticsearch. */
const idBytesMax = 512;
/** The longest name of an index, as for Elasticsearch. */
const indexBytesMax = 255;
/** The longest action line. Exporters of OpenTelemetry name templates of fields in it. */
export const actionBytesMax = 65_536;

/** An action line. */
interface Action {
  /** The number of the line in the request. */
  readonly number: number;
  readonly action: string;
  readonly target: BulkTarget;
}

/**
 * Reads the body of an Elasticsearch bulk request as it arrives, and keeps only the line that has not ended yet. Accepts
 * `create` and `index`. Refuses each `update` and `delete`, because the log of beats is never changed.
 * @see https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
 * @example
 * const parser = new BulkParser('metricbeat');
 * parser.feed(Buffer.from('{"create":{}}\n{"a":1}\n'));
 * parser.next(); // => { kind: 'document', … }
 * parser.next(); // => undefined: more is needed
 * parser.end(); // => undefined: no line was left
 */
export class BulkParser {
  readonly #defaultIndex: string;
  readonly #lines = new LineCutter(messageBytesMax[topics.beats]);
  /** The action whose document is the next line. */
  #begun: Action | undefined;

  /** @param defaultIndex the index in the path, for items that name no index */
  constructor(defaultIndex = 'beats') {
    this.#defaultIndex = defaultIndex;
  }

  /** Gives the next piece of the body. The caller has called `next` before until it returned `undefined`. */
  feed(piece: Buffer): void {
    this.#lines.feed(piece);
  }

  /**
   * Returns the next item; `undefined` if the next piece is needed.
   * @throws {MalformedBulkError} which names the line
   */
  next(): BulkItem | undefined {
    for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
      const item = this.#itemOf(line);
      if (item !== undefined) return item;
    }
    return undefined;
  }

  /**
   * Returns the last item, if no line break ends it.
   * @throws {MalformedBulkError} which names the line
   */
  end(): BulkItem | undefined {
    const line = this.#lines.end();
    const item = line && this.#itemOf(line);
    if (this.#begun === undefined) return item;
    const { action, number } = this.#begun;
    throw new MalformedBulkError(`line ${number}: the action "${action}" has no document after it`);
  }

  #itemOf(line: Line): BulkItem | undefined {
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

/** Returns the refusal of an index name; `undefined` if the name is allowed. */
export function refusalOfIndex(index: string): BulkRefusal | undefined {
  if (Buffer.byteLength(index) <= indexBytesMax) return undefined;
  const reason = `index name [${shownText(index)}] is too long, expected at most ${indexBytesMax} bytes`;
  return { status: 400, type: 'invalid_index_name_exception', reason };
}

function toItem({ action, target }: Action, line: Line | undefined): BulkItem {
  const refusal = refusalOf(action, target, line);
  if (refusal !== undefined) return { kind: 'refused', action, target: shortened(target), refusal };
  const document = parseDocument(line!.bytes!, action, target);
  return 'status' in document
    ? { kind: 'refused', action, target, refusal: document }
    : { kind: 'document', action, target, document };
}

function refusalOf(action: string, { index, id }: BulkTarget, line: Line | undefined): BulkRefusal | undefined {
  const illegal = (reason: string): BulkRefusal => ({ status: 400, type: 'illegal_argument_exception', reason });
  if (line === undefined || action === 'update') {
    return illegal(`action "${action}" is not supported; expected create or index`);
  }
  if (id === '') return illegal('if _id is specified it must not be empty');
  if (Buffer.byteLength(id ?? '') > idBytesMax) {
    return illegal(`id [${shownText(id!.slice(0, shownBytesMax))}…] is too long, expected at most ${idBytesMax} bytes`);
  }
  if (line.bytes === undefined) {
    const reason = `the document has ${line.length} bytes; at most ${messageBytesMax[topics.beats]} are allowed`;
    return { status: 413, type: 'content_too_large', reason };
  }
  return refusalOfIndex(index);
}

/** Shortens the names of a refused item, because the answer repeats them for each of thousands of items. */
function shortened({ index, id }: BulkTarget): BulkTarget {
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
    throw new MalformedBulkError(
      `line ${number}: action line of ${length} bytes; at most ${actionBytesMax} are allowed`,
    );
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

/** Returns an `_id` as text. A number is the text of its digits, as for Elasticsearch, if it is small enough to be exact. */
function idOf(id: unknown): string | undefined {
  if (typeof id === 'string') return id;
  return Number.isSafeInteger(id) ? String(id) : undefined;
}

function parseObject(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(textOf(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined; // The caller reports the line and what was expected.
  }
}
