import type { RefusedWrite, WarehouseWrite } from '../../ports/warehouse.ts';
import { hasUnknownMetrics, type Spelling, writtenDocument } from '../../warehouse/field-names.ts';
import { indexOf } from '../../warehouse/index-names.ts';
import { outcomeOf, type ServerError, wordsOf } from './answer.ts';

/** One write of a call, on its way. */
export interface Action {
  /** Of the write in the call. */
  readonly index: number;
  readonly write: WarehouseWrite;
  readonly spelling: Spelling;
  /** Two lines of a bulk request, each with its end. */
  readonly body: string;
  readonly bytes: number;
}

/** What an Amazon OpenSearch domain takes depends on its nodes, 10 MB at least; 5 to 15 MB index fastest. */
export const chunkBytesMax = 5_000_000;
export const chunkActionsMax = 5_000;

const idBytesMax = 512;

export function toAction(index: number, write: WarehouseWrite, spelling: Spelling = 'as is'): Action {
  const { id, version, document } = write;
  const target = { _index: indexOf(write), _id: id };
  const head = version === undefined ? { create: target } : { index: { ...target, version, version_type: 'external' } };
  const body = `${JSON.stringify(head)}\n${JSON.stringify(writtenDocument(document, spelling))}\n`;
  return { index, write, spelling, body, bytes: Buffer.byteLength(body) };
}

/** Why a write must not be sent: one such would have its whole request refused. */
export function refusalBeforeSending({ id, version }: WarehouseWrite): string | undefined {
  const idBytes = Buffer.byteLength(id);
  if (idBytes === 0 || idBytes > idBytesMax) return `id: expected 1 to ${idBytesMax} bytes, got ${idBytes}`;
  if (version === undefined || (Number.isSafeInteger(version) && version >= 0)) return undefined;
  return `version: expected a whole number of at least 0, got ${version}`;
}

/**
 * Writes of one call that may be on their way together: of those with the same id in the same index every one waits
 * for the one before, because a retry could turn their order round.
 */
export function inWaves(actions: readonly Action[]): Action[][] {
  const waves: Action[][] = [];
  const seen = new Map<string, number>();
  for (const action of actions) {
    const key = `${indexOf(action.write)} ${action.write.id}`;
    const wave = seen.get(key) ?? 0;
    seen.set(key, wave + 1);
    waves[wave] ??= [];
    waves[wave].push(action);
  }
  return waves;
}

/** Requests no longer than the limits; an action that is longer by itself is one. */
export function inChunks(
  actions: readonly Action[],
  bytesMax: number = chunkBytesMax,
  actionsMax: number = chunkActionsMax,
): Action[][] {
  const chunks: Action[][] = [];
  let bytes = 0;
  for (const action of actions) {
    const last = chunks.at(-1);
    if (last === undefined || last.length === actionsMax || bytes + action.bytes > bytesMax) {
      chunks.push([action]);
      bytes = action.bytes;
    } else {
      last.push(action);
      bytes += action.bytes;
    }
  }
  return chunks;
}

export interface BulkItem {
  readonly status: number;
  readonly error?: ServerError;
}

/** What is left of a request after its answer. */
export interface Sorted {
  readonly refused: readonly RefusedWrite[];
  readonly again: readonly Action[];
  /** Why `again` is not empty, in the server's words. */
  readonly words: string | undefined;
  /** Neither written nor refused, and not for want of time: a person must look. */
  readonly blocked: string | undefined;
}

/**
 * Sorts the answer to `actions` by what is to be done, item by item. A document whose made-up names an index does not
 * take is sent again with those names in one piece, once.
 * @throws {TypeError} if the answer has not one item for each action
 */
export function sortAnswer(actions: readonly Action[], items: readonly Readonly<Record<string, BulkItem>>[]): Sorted {
  if (items.length !== actions.length) {
    throw new TypeError(`bulk answer: expected ${actions.length} items, got ${items.length}`);
  }
  const refused: RefusedWrite[] = [];
  const again: Action[] = [];
  let words: string | undefined;
  let blocked: string | undefined;
  for (const [nth, action] of actions.entries()) {
    const { status, error } = Object.values(items[nth]!)[0]!;
    const outcome = outcomeOf(status, error);
    if (outcome === 'done') continue;
    const said = `${status} ${wordsOf(error)}`;
    if (outcome === 'refused') {
      const respelt = respell(action, error);
      if (respelt === undefined) refused.push({ index: action.index, reason: wordsOf(error) });
      else again.push(respelt);
    } else {
      again.push(action);
      words ??= said;
      if (outcome === 'blocked') blocked ??= said;
    }
  }
  return { refused, again, words, blocked };
}

/** `undefined` where other spelling cannot help. */
function respell(action: Action, error: ServerError | undefined): Action | undefined {
  if (action.spelling === 'in one piece' || /^Limit of total fields/.test(error?.reason ?? '')) return undefined;
  return hasUnknownMetrics(action.write.document) ? toAction(action.index, action.write, 'in one piece') : undefined;
}
