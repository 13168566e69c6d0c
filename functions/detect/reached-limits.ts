import { minuteMs } from '../shared/domain/durations.ts';
import { compareText } from '../shared/domain/order.ts';
import {
  decodeReachedLimits,
  encodeReachedLimits,
  fullEntity,
  newestSeries,
  type ReachedLimit,
} from '../shared/domain/reached-limit.ts';
import type { Series } from '../shared/domain/series.ts';
import type { FullCapacity } from './capacity.ts';

/** The time for which a limit counts as reached after a series was last forgotten or refused because of it, ms. */
export const fullForMs = 10 * minuteMs;
/** The most entities that are noted beside the partition. Health names these; the counters count all. */
const entitiesMax = 5;

/** An event of a limit that is reached. */
interface LimitEvent {
  /** The append time of the sample, ms. */
  readonly atMs: number;
  /** The number of series that were forgotten or refused. */
  readonly forgotten?: number;
  readonly refused?: number;
}

/** The limits of a partition that were reached within the last minutes, as `/api/health` reports them. */
export class ReachedLimits {
  /** The reached limits by entity; the partition's own has the key ''. */
  readonly #limits: Map<string, ReachedLimit>;
  #isChanged = false;

  constructor(bytes?: Uint8Array) {
    const stored = bytes === undefined ? [] : decodeReachedLimits(bytes);
    this.#limits = new Map(stored.map((limit) => [limit.entity ?? '', limit]));
  }

  /**
   * Notes that a limit was reached.
   * @param series the new series for which others were forgotten, or which was refused
   */
  note(of: FullCapacity['of'], series: Series, { atMs, forgotten = 0, refused = 0 }: LimitEvent): void {
    const name = of === 'partition' ? '' : fullEntity(series.entity);
    const known = this.#limits.get(name);
    if (known === undefined && name !== '' && this.#limits.size - Number(this.#limits.has('')) >= entitiesMax) return;
    this.#isChanged = true;
    this.#limits.set(name, {
      ...(name === '' ? {} : { entity: name }),
      sinceMs: known?.sinceMs ?? atMs,
      newestMs: Math.max(known?.newestMs ?? 0, atMs),
      newest: newestSeries(series),
      forgotten: (known?.forgotten ?? 0) + forgotten,
      refused: (known?.refused ?? 0) + refused,
    });
  }

  /** Removes the limits that were reached for the last time before a moment, ms. */
  forgetBefore(atMs: number): void {
    for (const [name, { newestMs }] of this.#limits) {
      if (newestMs >= atMs) continue;
      this.#limits.delete(name);
      this.#isChanged = true;
    }
  }

  /** @returns the block to store if it changed since the last call; `null` if no limit is reached any more */
  takeChangedBlock(): Uint8Array | null | undefined {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    const limits = [...this.#limits].sort(([a], [b]) => compareText(a, b)).map(([, limit]) => limit);
    return limits.length === 0 ? null : encodeReachedLimits(limits);
  }
}
