import { factsFor } from '../../functions/shared/domain/catalogue/catalogue.ts';
import { entityPath } from '../../functions/shared/domain/entity.ts';
import type { Sample } from '../../functions/shared/domain/sample.ts';
import { seriesText } from '../../functions/shared/domain/series-text.ts';

/** The fewest falls of a counter that are no resets, and their least share of its values. A rate falls at every second one. */
const fallsMin = 5;
const shareMin = 0.2;
/** The most series that are followed; of further ones nothing is known. */
const followedMax = 20_000;

interface Followed {
  readonly text: string;
  timeMs: number;
  value: number;
  values: number;
  falls: number;
}

/**
 * The series of counters whose history falls so often that it is of rates. A counter only rises until it resets: rates in its place
 * would be learned as resets, and so as nothing.
 */
export class RateLike {
  readonly #followed = new Map<string, Followed>();

  /** Follows the counters of a sample. */
  note({ entity, dataset, dimensions, measurements, kinds, timestampMs }: Sample): void {
    for (const [metric, value] of Object.entries(measurements)) {
      if (factsFor(metric, kinds?.[metric]).kind !== 'counter') continue;
      const text = seriesText({ entity, metric, dimensions });
      const key = JSON.stringify([entityPath(entity), dataset, dimensions, metric]);
      const known = this.#followed.get(key);
      if (known === undefined) {
        if (this.#followed.size >= followedMax) continue;
        this.#followed.set(key, { text, timeMs: timestampMs, value, values: 1, falls: 0 });
      } else if (timestampMs > known.timeMs) {
        known.falls += Number(value < known.value);
        known.values += 1;
        known.timeMs = timestampMs;
        known.value = value;
      }
    }
  }

  /** Returns the series that are like rates, as `cluster/kind/name metric{dimension=value}`, in the order in which they came. */
  get series(): string[] {
    return [...this.#followed.values()]
      .filter(({ falls, values }) => falls >= fallsMin && falls >= shareMin * values)
      .map(({ text }) => text);
  }
}
