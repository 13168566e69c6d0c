import type { OutgoingRecord } from '../../functions/shared/log/record.ts';
import type { BulkChanges, BulkEntry, BulkOutcome } from '../../functions/shared/ports/bulk-log.ts';
import type { RefusedAppend } from '../../functions/shared/ports/event-log.ts';

/** The result of one bulk request. */
export interface SettledBulk {
  /** One outcome for each entry, in order. */
  readonly outcomes: readonly BulkOutcome[];
  readonly changes: BulkChanges;
}

/**
 * Settles one bulk request. Yields the records to append next; the caller passes the records to `next` that the log
 * refused. Of several entries with the same identity the first is appended, and the others are repeats. If the log refuses
 * the first, the next one is appended in its place.
 * @param known the versions of the identities that were appended before
 * @example
 * const steps = settleBulk(entries, known);
 * let step = steps.next();
 * while (!step.done) step = steps.next(await eventLog.append(step.value));
 * step.value.outcomes; // => [{ kind: 'appended' }, …]
 */
export function* settleBulk(
  entries: readonly BulkEntry[],
  known: ReadonlyMap<string, number>,
): Generator<readonly OutgoingRecord[], SettledBulk, readonly RefusedAppend[]> {
  const outcomes: BulkOutcome[] = new Array(entries.length);
  const appended = new Map<string, number>();
  const raised = new Map<string, number>();
  let open = [...entries.keys()];
  while (open.length > 0) {
    const { repeats, first, later } = sort(open, entries, (hash) => known.has(hash) || appended.has(hash));
    for (const at of repeats) {
      const { hash, raisesVersion } = entries[at]!.identity!;
      const version = (appended.get(hash) ?? raised.get(hash) ?? known.get(hash)!) + Number(raisesVersion);
      if (raisesVersion) (appended.has(hash) ? appended : raised).set(hash, version);
      outcomes[at] = { kind: 'repeated', version };
    }
    const refused = first.length === 0 ? [] : yield first.map((at) => entries[at]!.record);
    const reasons = new Map(refused.map(({ index, reason }) => [index, reason]));
    for (const [nth, at] of first.entries()) {
      const reason = reasons.get(nth);
      const hash = entries[at]!.identity?.hash;
      if (hash !== undefined && reason === undefined) appended.set(hash, 1);
      outcomes[at] = reason === undefined ? { kind: 'appended' } : { kind: 'refused', reason };
    }
    open = later;
  }
  return { outcomes, changes: { appended, raised } };
}

/**
 * Sorts entries into repeats, the first of each new identity, and later ones, which wait for the result of the first.
 * @param open the indices of the entries that have no outcome yet
 */
function sort(open: readonly number[], entries: readonly BulkEntry[], isAppended: (hash: string) => boolean) {
  const [repeats, first, later]: [number[], number[], number[]] = [[], [], []];
  const met = new Set<string>();
  for (const at of open) {
    const hash = entries[at]!.identity?.hash;
    if (hash === undefined) first.push(at);
    else if (isAppended(hash)) repeats.push(at);
    else if (met.has(hash)) later.push(at);
    else {
      met.add(hash);
      first.push(at);
    }
  }
  return { repeats, first, later };
}
