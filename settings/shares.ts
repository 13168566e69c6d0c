import { limitsOfSettings } from '../functions/shared/domain/catalogue/catalogue.ts';
import { limitRows } from '../functions/shared/domain/catalogue/limits.ts';
import { matchesGlob } from '../functions/shared/domain/glob.ts';
import type { Settings } from '../functions/shared/domain/settings.ts';

/** The metrics that are shares of a capacity, 1 at most. */
const shares = new Set(limitRows.filter(({ fullAt }) => fullAt === 1).map(({ metric }) => metric));

/**
 * Returns a warning for each limit that no value can be beyond: a bound in percent of a metric that is a share. It replaces the
 * limits of the catalogue, so that nothing would say that the capacity is full.
 */
export function shareWarnings({ catalogue }: Settings): string[] {
  return catalogue.flatMap(({ match: { metric = '*' }, limit }, nth) => {
    const share = [...shares].find((name) => matchesGlob(metric, name));
    if (limit === undefined || share === undefined || metric.startsWith('*')) return [];
    return limitsOfSettings(limit)
      .filter(({ bound }) => bound > 1)
      .map(
        ({ side, bound }) =>
          `warning: catalogue[${nth}].limit: ${share} is a share, 1 at most, and never ${side} ${bound}; 90 % is 0.9`,
      );
  });
}
