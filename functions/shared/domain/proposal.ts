import type { Alert } from './alert.ts';
import type { Anomaly } from './anomaly.ts';
import { entityPath } from './entity.ts';
import type { Verdict } from './feedback.ts';

/** A change of `offbeat.yaml` that would have prevented what an operator judged. Nobody applies it but the operator. */
export interface Proposal {
  /** The effect of the change, as a sentence. */
  readonly effect: string;
  /** The lines of `offbeat.yaml`. */
  readonly lines: readonly string[];
}

/**
 * Returns the smallest change of the settings that would have changed what an operator judged.
 *
 * - `expected`: a floor of this series alone, above the deviation of the anomaly.
 * - `noise`: the same floor of this metric, on this entity.
 * - `wrong cause`: an edge from the entity that was named first to the one that was the cause, which the operator fills in.
 * @param anomaly the anomaly that was judged, or the likely cause of the alert; `undefined` where it cannot be read
 * @returns `undefined` for `useful`, and where the anomaly is needed and cannot be read, or has nothing expected
 */
export function proposalFor(
  verdict: Verdict,
  { entity }: Pick<Alert, 'entity'>,
  anomaly: Anomaly | undefined,
): Proposal | undefined {
  if (verdict === 'useful') return undefined;
  if (verdict === 'wrong cause') {
    const { cluster } = entity;
    return {
      effect: 'with this edge, the entity that is needed is named first if both are off at the same time',
      lines: ['edges:', `  - from: ${quoted(entityPath(entity))}`, `    to: ${cluster}/KIND/NAME # the cause`],
    };
  }
  if (anomaly === undefined) return undefined;
  return floorFor(anomaly, verdict === 'expected');
}

function floorFor({ series, peak, expected, unit }: Anomaly, isOfSeries: boolean): Proposal | undefined {
  const deviation = expected === undefined ? 0 : Math.abs(peak - expected);
  if (deviation === 0) return undefined;
  const { entity, metric, dimensions } = series;
  const pairs = Object.entries(dimensions).map(([name, value]) => `${quoted(name)}: ${quoted(value)}`);
  const match = [
    `metric: ${quoted(metric)}`,
    `entity: ${quoted(entityPath(entity))}`,
    ...(isOfSeries && pairs.length > 0 ? [`dimensions: { ${pairs.join(', ')} }`] : []),
  ];
  return {
    effect: `with this floor, ${isOfSeries ? 'this series' : 'this metric of this entity'} is off only if it deviates more than this anomaly did`,
    lines: ['catalogue:', `  - match: { ${match.join(', ')} }`, `    floor: ${roundedUp(deviation)} # ${unit}`],
  };
}

/**
 * Returns the next number above a positive one that has two digits that count.
 * @example
 * roundedUp(87_900_001); // => 88000000
 */
export function roundedUp(value: number): number {
  const step = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number(((Math.floor(value / step) + 1) * step).toPrecision(2));
}

/** Returns a text as a double-quoted one of YAML, which reads the escapes of JSON. */
const quoted = (text: string): string => JSON.stringify(text);
