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
import type { Full } from './capacity.ts';

/** A room is full for so long after something was last forgotten or refused for want of it. */
export const fullForMs = 10 * minuteMs;
/** The most entities beside the partition's own room. Health names so many; the counters count all. */
const entitiesMax = 5;

/** An event at one moment, ms of append time, in a room that is full. */
interface Happening {
  readonly atMs: number;
  readonly forgotten?: number;
  readonly refused?: number;
}

/** The rooms of a partition that are full, or were within the last minutes: what health says of them. */
export class ReachedLimits {
  readonly #rooms: Map<string, ReachedLimit>;
  #isChanged = false;

  constructor(bytes?: Uint8Array) {
    const stored = bytes === undefined ? [] : decodeReachedLimits(bytes);
    this.#rooms = new Map(stored.map((room) => [room.entity ?? '', room]));
  }

  /** @param series the new one for which others were forgotten, or which was refused */
  note(of: Full['of'], series: Series, { atMs, forgotten = 0, refused = 0 }: Happening): void {
    const name = of === 'partition' ? '' : fullEntity(series.entity);
    const known = this.#rooms.get(name);
    if (known === undefined && name !== '' && this.#rooms.size - Number(this.#rooms.has('')) >= entitiesMax) return;
    this.#isChanged = true;
    this.#rooms.set(name, {
      ...(name === '' ? {} : { entity: name }),
      sinceMs: known?.sinceMs ?? atMs,
      newestMs: Math.max(known?.newestMs ?? 0, atMs),
      newest: newestSeries(series),
      forgotten: (known?.forgotten ?? 0) + forgotten,
      refused: (known?.refused ?? 0) + refused,
    });
  }

  /** Lets go of rooms that were full last before a moment, ms. */
  forgetBefore(atMs: number): void {
    for (const [name, { newestMs }] of this.#rooms) {
      if (newestMs >= atMs) continue;
      this.#rooms.delete(name);
      this.#isChanged = true;
    }
  }

  /** @returns the block if it changed since the last call, `null` where nothing is full any more */
  takeChange(): Uint8Array | null | undefined {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    const rooms = [...this.#rooms].sort(([a], [b]) => compareText(a, b)).map(([, room]) => room);
    return rooms.length === 0 ? null : encodeReachedLimits(rooms);
  }
}
