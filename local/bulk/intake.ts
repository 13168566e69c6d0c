import { PipelineError } from '../../functions/shared/domain/errors.ts';
import type { Layout } from '../../functions/shared/domain/settings.ts';
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
  /** Records that normalise has not read yet. */
  readonly backlog: () => number;
  /** So many may wait, with those of requests in flight; the rest is turned away with 429, and a Beat tries again. */
  readonly backlogMax: number;
  readonly noteDocumentTime?: (timeMs: number) => void;
}

type DocumentItem = BulkItem & { readonly kind: 'document' };

interface Placed {
  /** The index of the item in its request. */
  readonly at: number;
  readonly item: DocumentItem;
}

/** Documents that are appended at once: more than a Beat sends, and a tenth of a second at most. */
const partDocumentsMax = 2_000;
const partBytesMax = 8_000_000;

/** Appends the documents of bulk requests, part by part, as long as there is room for them. */
export class BulkIntake {
  readonly #options: BulkIntakeOptions;
  /** Documents that are let in and not appended yet. */
  #inFlight = 0;

  constructor(options: BulkIntakeOptions) {
    this.#options = options;
  }

  /**
   * Takes a request's documents.
   * @returns one result for each item, in order
   * @throws {UnavailableError} when the log took none of them
   */
  async take(items: readonly BulkItem[]): Promise<ItemResult[]> {
    const room = this.#options.backlogMax - this.#options.backlog() - this.#inFlight;
    const results: ItemResult[] = new Array(items.length);
    const taken: Placed[] = [];
    for (const [at, item] of items.entries()) {
      if (item.kind === 'refused') results[at] = { kind: 'refused', refusal: item.refusal };
      else if (taken.length < room) taken.push({ at, item });
      else results[at] = { kind: 'refused', refusal: noRoom(this.#options.backlogMax) };
    }
    this.#inFlight += taken.length;
    try {
      await this.#appendAll(taken, results);
    } finally {
      this.#inFlight -= taken.length;
    }
    return results;
  }

  async #appendAll(taken: readonly Placed[], results: ItemResult[]): Promise<void> {
    let appended = 0;
    for (const part of partsOf(taken)) {
      try {
        if (appended > 0) await turns.next();
        const outcomes = await this.#append(part.map(({ item }) => item));
        for (const [nth, { at, item }] of part.entries()) results[at] = resultOf(item, outcomes[nth]!);
        appended += part.length;
      } catch (error) {
        // A client that is told that nothing was taken sends what was taken once more.
        if (appended === 0 || !(error instanceof PipelineError) || !error.retriable) throw error;
        const refusal = unavailable(error);
        for (const { at } of taken.slice(appended)) results[at] = { kind: 'refused', refusal };
        return;
      }
    }
  }

  async #append(items: readonly DocumentItem[]): Promise<readonly BulkOutcome[]> {
    const { bulkLog, layout, telemetry, noteDocumentTime } = this.#options;
    // Before the append, which dates the documents.
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

/** Returns the refusal of what the log did not take, and may take when it is sent again. */
export function unavailable({ message }: PipelineError): BulkRefusal {
  return { status: 503, type: 'unavailable_shards_exception', reason: message };
}

/** Cuts documents into parts that are small enough to append at once, in their order. */
function* partsOf(taken: readonly Placed[]): Generator<readonly Placed[], void> {
  let part: Placed[] = [];
  let bytes = 0;
  for (const placed of taken) {
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

function noRoom(backlogMax: number): BulkRefusal {
  const reason = `${backlogMax} documents wait to be read, and no more are taken; send again later`;
  return { status: 429, type: 'es_rejected_execution_exception', reason };
}
