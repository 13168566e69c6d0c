import type { RefusedWrite, WarehouseWrite } from '../../ports/warehouse.ts';
import { hasUnknownMetrics, type Spelling, writtenDocument } from '../../warehouse/field-names.ts';
import { indexOf } from '../../warehouse/index-names.ts';
import { withoutOtherMetrics } from '../../warehouse/metric-fields.ts';
import { answerKindOf, errorTextOf, isFieldLimit, type ServerError } from './answer.ts';

/** One write of a call, as part of a bulk request. */
export interface Action {
  /** The position of the write in the call. */
  readonly index: number;
  readonly write: WarehouseWrite;
  readonly spelling: Spelling;
  /** The refusal for which the metrics that the catalogue does not contain are left out; absent if they are not. */
  readonly leftOutFor?: string;
  /** The two lines of the bulk request, each with its line end. */
  readonly body: string;
  readonly bytes: number;
}

/**
 * The most bytes of a bulk request. The limit of an Amazon OpenSearch domain depends on its nodes and is at least 10 MB.
 * Requests of 5 to 15 MB are indexed fastest.
 */
export const chunkBytesMax = 5_000_000;
export const chunkActionsMax = 5_000;

const idBytesMax = 512;

/** Returns the part of a bulk request that writes a document. */
export function toAction(index: number, write: WarehouseWrite, spelling: Spelling = 'as is'): Action {
  const { id, version, document } = write;
  const target = { _index: indexOf(write), _id: id };
  const head = version === undefined ? { create: target } : { index: { ...target, version, version_type: 'external' } };
  const body = `${JSON.stringify(head)}\n${JSON.stringify(writtenDocument(document, spelling))}\n`;
  return { index, write, spelling, body, bytes: Buffer.byteLength(body) };
}

/** Returns the reason why a write must not be sent, because the server would refuse the whole request; else `undefined`. */
export function refusalBeforeSending({ id, version }: WarehouseWrite): string | undefined {
  const idBytes = Buffer.byteLength(id);
  if (idBytes === 0 || idBytes > idBytesMax) return `id: expected 1 to ${idBytesMax} bytes, got ${idBytes}`;
  if (version === undefined || (Number.isSafeInteger(version) && version >= 0)) return undefined;
  return `version: expected a whole number of at least 0, got ${version}`;
}

/**
 * Splits the writes of a call into waves that are sent one after the other. Writes with the same id in the same index are
 * in different waves, because a retry could reverse their order.
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

/** Splits actions into requests within the limits. An action above the limit is a request of its own. */
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

/** The answer to one action. */
export interface BulkItem {
  readonly status: number;
  readonly error?: ServerError;
}

/** The actions of a request, sorted by what its answer requires. */
export interface SortedAnswer {
  readonly refused: readonly RefusedWrite[];
  /** Actions to send again. */
  readonly again: readonly Action[];
  /** The error for which actions are sent again after a wait; absent if only the spelling of names changed. */
  readonly passing: string | undefined;
  /** The error that blocks an action until a person changes the server. */
  readonly blocked: string | undefined;
}

/**
 * Sorts actions by the answer to them. A document with unknown metrics that an index refuses is sent again once, with the
 * names of these metrics in one piece; or without them, if the index has as many fields as it may have.
 */
export function sortAnswer(
  actions: readonly Action[],
  items: readonly Readonly<Record<string, BulkItem>>[],
): SortedAnswer {
  const refused: RefusedWrite[] = [];
  const again: Action[] = [];
  let passing: string | undefined;
  let blocked: string | undefined;
  for (const [nth, action] of actions.entries()) {
    const { status, error } = Object.values(items[nth]!)[0]!;
    const kind = answerKindOf(status, error);
    if (kind === 'done') {
      if (action.leftOutFor !== undefined) refused.push(refusedInPart(action, action.leftOutFor));
    } else if (kind === 'refused') {
      const changed = isFieldLimit(error) ? reduce(action, errorTextOf(error)) : respell(action);
      if (changed === undefined) refused.push({ index: action.index, reason: errorTextOf(error) });
      else again.push(changed);
    } else {
      again.push(action);
      const text = `${status} ${errorTextOf(error)}`;
      passing ??= text;
      if (kind === 'blocked') blocked ??= text;
    }
  }
  return { refused, again, passing, blocked };
}

/** Returns the action with the names of unknown metrics in one piece; `undefined` if that cannot help. */
function respell({ index, write, spelling, leftOutFor }: Action): Action | undefined {
  if (spelling === 'in one piece' || leftOutFor !== undefined) return undefined;
  return hasUnknownMetrics(write.document) ? toAction(index, write, 'in one piece') : undefined;
}

/** Returns the action without unknown metrics; `undefined` if it has none, or no other metric is left. */
export function reduce({ index, write }: Action, leftOutFor: string): Action | undefined {
  const document = withoutOtherMetrics(write.document);
  return document && { ...toAction(index, { ...write, document }), leftOutFor };
}

const refusedInPart = ({ index }: Action, reason: string): RefusedWrite => ({
  index,
  reason,
  leftOut: 'other metrics',
});
