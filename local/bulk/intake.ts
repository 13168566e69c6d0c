import { isRetriable, type PipelineError } from '../../functions/shared/domain/errors.ts';
import type { Layout } from '../../functions/shared/log/layout.ts';
import { partitionOf, topics } from '../../functions/shared/log/topics.ts';
import type { BulkEntry, BulkLog, BulkOutcome } from '../../functions/shared/ports/bulk-log.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import { turns } from '../../functions/shared/time/event-loop.ts';
import { type ItemResult, resultOf } from './answer.ts';
import type { BulkItem, BulkRefusal } from './request.ts';

export interface BulkIntakeOptions {
  readonly bulkLog: BulkLog;
  readonly layout: Layout;
  readonly telemetry: Pick<Telemetry, 'count' | 'warn'>;
  /** Returns the number of records that normalise has not read yet. */
  readonly backlog: () => number;
  /** The most documents that may wait, with those of requests in flight. Others get 429, and a Beat sends them again. */
  readonly backlogMax: number;
  /** Gets the time of each document, ms since the epoch, before the document is appended. */
  readonly noteDocumentTime?: (timeMs: number) => void;
}

type DocumentItem = BulkItem & { readonly kind: 'document' };

/** A document of a request. */
interface PlacedItem {
  /** The index of the item in its request. */
  readonly at: number;
  readonly item: DocumentItem;
}

/** The most documents that are appended at once: more than a Beat sends, and a tenth of a second of work. */
const partDocumentsMax = 2_000;
const partBytesMax = 8_000_000;

/** Appends the documents of bulk requests, part by part, up to the limit of documents that wait. */
export class BulkIntake {
  readonly #options: BulkIntakeOptions;
  /** The number of documents that are accepted and not appended yet. */
  #inFlight = 0;

  constructor(options: BulkIntakeOptions) {
    this.#options = options;
  }

  /** The number of documents that {@link append} would accept now. */
  get capacity(): number {
    return this.#options.backlogMax - this.#options.backlog() - this.#inFlight;
  }

  /**
   * Appends the documents of one request.
   * @returns one result for each item, in order
   * @throws {UnavailableError} if the log accepted none of them
   */
  async append(items: readonly BulkItem[]): Promise<ItemResult[]> {
    const { capacity } = this;
    const results: ItemResult[] = new Array(items.length);
    const accepted: PlacedItem[] = [];
    for (const [at, item] of items.entries()) {
      if (item.kind === 'refused') results[at] = { kind: 'refused', refusal: item.refusal };
      else if (accepted.length < capacity) accepted.push({ at, item });
      else results[at] = { kind: 'refused', refusal: tooManyWaiting(this.#options.backlogMax) };
    }
    this.#inFlight += accepted.length;
    try {
      await this.#appendAll(accepted, results);
    } finally {
      this.#inFlight -= accepted.length;
    }
    return results;
  }

  async #appendAll(accepted: readonly PlacedItem[], results: ItemResult[]): Promise<void> {
    let appended = 0;
    for (const part of partsOf(accepted)) {
      try {
        if (appended > 0) await turns.next();
        const outcomes = await this.#append(part.map(({ item }) => item));
        for (const [nth, { at, item }] of part.entries()) results[at] = resultOf(item, outcomes[nth]!);
        appended += part.length;
      } catch (error) {
        // If all items failed, the client would send the documents again that were appended.
        if (appended === 0 || !isRetriable(error)) throw error;
        const refusal = unavailable(error);
        for (const { at } of accepted.slice(appended)) results[at] = { kind: 'refused', refusal };
        return;
      }
    }
  }

  async #append(items: readonly DocumentItem[]): Promise<readonly BulkOutcome[]> {
    const { bulkLog, layout, telemetry, noteDocumentTime } = this.#options;
    // The clock must have the times before the append, which dates the documents.
    for (const { document } of items) if (document.timeMs !== undefined) noteDocumentTime?.(document.timeMs);
    const outcomes = await bulkLog.append(items.map((item) => entryOf(item, layout)));
    const repeated = items.filter((_, nth) => outcomes[nth]!.kind === 'repeated');
    const lines = repeated.filter(({ target }) => target.id === undefined).length;
    const ids = repeated.length - lines;
    if (ids > 0) telemetry.count('documents_repeated', ids, { identity: '_id' });
    if (lines > 0) telemetry.count('documents_repeated', lines, { identity: 'line' });
    return outcomes;
  }
}

/** Returns the refusal of a document that the log did not accept now, and may accept later. */
export function unavailable({ message }: PipelineError): BulkRefusal {
  return { status: 503, type: 'unavailable_shards_exception', reason: message };
}

/** Divides documents into parts that are small enough to append at once, in their order. */
function* partsOf(accepted: readonly PlacedItem[]): Generator<readonly PlacedItem[], void> {
  let part: PlacedItem[] = [];
  let bytes = 0;
  for (const placed of accepted) {
    const added = placed.item.document.bytes.length;
    if (part.length === partDocumentsMax || (part.length > 0 && bytes + added > partBytesMax)) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(placed);
    bytes += added;
  }
  if (part.length > 0) yield part;
}

function entryOf({ document: { bytes, host, identity } }: DocumentItem, { partitions }: Layout): BulkEntry {
  const partition = partitionOf(host, partitions[topics.beats]);
  return { record: { topic: topics.beats, partition, key: host, value: bytes, headers: {} }, identity };
}

function tooManyWaiting(backlogMax: number): BulkRefusal {
  const reason = `${backlogMax} documents wait to be read, which is the limit; send again later`;
  return { status: 429, type: 'es_rejected_execution_exception', reason };
}
