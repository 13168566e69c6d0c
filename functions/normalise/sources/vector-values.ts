import { isObject } from '../../shared/domain/json-object.ts';
import type { FlatDocument } from '../document/flatten.ts';
import { quantileName } from '../otlp/quantiles.ts';

/** A measurement: the ending of its metric's name, its value, and whether it is a gauge in any case. */
type Measurement = readonly [ending: string, value: number, isGauge?: boolean];

/**
 * Returns the measurements that a metric of Vector has in lists: the number and the sum of the samples of a distribution, the
 * number of the members of a set, and the quantiles of a summary.
 */
export function distributionOf(document: FlatDocument): Measurement[] {
  const found: Measurement[] = [];
  const members = document.valueAt('set.values');
  if (Array.isArray(members)) found.push(['', members.length]);
  const samples = numbersIn(document.valueAt('distribution.samples'), ['value', 'rate']);
  if (samples.length > 0) {
    found.push(['count', samples.reduce((sum, [, rate]) => sum + rate, 0)]);
    found.push(['sum', samples.reduce((sum, [value, rate]) => sum + value * rate, 0)]);
  }
  for (const [quantile, value] of numbersIn(document.valueAt('aggregated_summary.quantiles'), ['quantile', 'value'])) {
    if (quantile >= 0 && quantile <= 1) found.push([quantileName(quantile), value, true]);
  }
  return found;
}

/** Returns two numbers of each object of a list; nothing of an object without them. */
function numbersIn(list: unknown, [first, second]: readonly [string, string]): [number, number][] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry): [number, number][] => {
    if (!isObject(entry)) return [];
    const a = entry[first];
    const b = entry[second];
    return typeof a === 'number' && typeof b === 'number' ? [[a, b]] : [];
  });
}
