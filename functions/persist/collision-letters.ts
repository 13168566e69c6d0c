import { hourMs } from '../shared/domain/durations.ts';
import type { LogRecord } from '../shared/log/record.ts';
import type { RefusedWrite, WarehouseWrite } from '../shared/ports/warehouse.ts';
import type { Rejection } from '../shared/runner/reject-records.ts';

/** The reason of a document whose id another one has. */
export const collision = 'collision';
const remedy =
  'if documents collide again, a dead letter "collision" of detect names the setting that tells them apart';

/** The most dead letters of an hour, and the most datasets that are remembered: shippers name datasets freely. */
export const lettersMax = 1_000;

/** A record with its write. */
interface Written {
  readonly record: LogRecord;
  readonly write: WarehouseWrite;
}

/**
 * The collisions of a worker: each is counted, and one of each dataset and hour of append time becomes a dead letter, of the
 * first {@link lettersMax} datasets. That is enough to act on, and a dataset whose identity is wrong has thousands.
 */
export class CollisionLetters {
  readonly #hours = new Map<string, number>();

  /** Returns the rejections that become dead letters. */
  due(collisions: readonly RefusedWrite[], written: readonly Written[]): Rejection[] {
    const due = new Map<string, Rejection>();
    const [newest] = collisions.slice(-1);
    if (newest !== undefined) this.#forgetFull(hourOf(written[newest.index]!.record));
    for (const { index, reason } of collisions) {
      const { record, write } = written[index]!;
      const dataset = datasetOf(write);
      if (this.#hours.get(dataset) === hourOf(record) || due.has(dataset)) continue;
      if (this.#isFullFor(dataset, due.size)) continue;
      due.set(dataset, { record, reason: collision, detail: `${dataset}: ${reason}; ${remedy}` });
    }
    return [...due.values()];
  }

  /** Notes the records whose dead letters were appended. */
  sent(collisions: readonly RefusedWrite[], written: readonly Written[]): void {
    for (const { index } of collisions) {
      const { record, write } = written[index]!;
      const dataset = datasetOf(write);
      if (!this.#isFullFor(dataset, 0)) this.#hours.set(dataset, hourOf(record));
    }
  }

  #isFullFor(dataset: string, added: number): boolean {
    return this.#hours.size + added >= lettersMax && !this.#hours.has(dataset);
  }

  /** Forgets the datasets of other hours if there is no place for those of this one. */
  #forgetFull(hour: number): void {
    if (this.#hours.size < lettersMax) return;
    for (const [dataset, known] of this.#hours) if (known !== hour) this.#hours.delete(dataset);
  }
}

const hourOf = ({ timestampMs }: LogRecord): number => Math.floor(timestampMs / hourMs);
const datasetOf = ({ family, document }: WarehouseWrite): string =>
  `${family} ${document['event.dataset'] ?? ''}`.trim();
