import type { Alert } from './alert.ts';
import type { Anomaly } from './anomaly.ts';
import { entityPath } from './entity.ts';
import type { Verdict } from './feedback.ts';
import { printable } from './printable.ts';

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
 * - `expected`: of this series alone, a floor above the deviation of the anomaly; for a fall, which no floor keeps from being an
 *   anomaly, the direction; for a limit a bound beyond its peak, or none; for a difference from its peers,
 *   that it is not compared with them; for a run of one value, that it is not judged.
 * - `noise`: the same of this metric, on this entity.
 * - both, for an entity without data: that it may stop at any time.
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
      lines: [
        'edges:',
        `  - from: ${quoted(entityPath(entity))}`,
        `    to: ${quoted(`${cluster}/KIND/NAME`)} # the cause`,
      ],
    };
  }
  if (anomaly === undefined) return undefined;
  if (anomaly.kind === 'no data') return mayStop(anomaly);
  const change = changeFor(anomaly);
  return change === undefined ? undefined : overrideOf(anomaly, verdict === 'expected', change);
}

/** A change of the rule of a series: its effect, as the end of a sentence, and its line. */
interface Change {
  readonly effect: string;
  readonly line: string;
}

/** Returns `undefined` for what no override decides: a forecast, and a deviation from nothing. */
function changeFor({ kind, peak, expected, direction, unit }: Anomaly): Change | undefined {
  if (kind === 'forecast') return undefined;
  if (kind === 'peers') return { effect: 'is not compared with its peers', line: 'peers: off' };
  if (kind === 'quiet') return { effect: 'is shown, and never judged', line: 'ignore: true' };
  if (kind === 'limit') {
    // A bound that nothing is beyond is none.
    if (direction === 'down' || peak <= 0) return { effect: 'has no limit', line: 'limit: off' };
    const line = `limit: { above: ${roundedUp(peak)}, severity: warning } # ${printable(unit)}`;
    return { effect: 'has a limit that this anomaly was not beyond', line };
  }
  const deviation = expected === undefined ? 0 : peak - expected;
  if (deviation === 0) return undefined;
  if (deviation < -Math.abs(expected!) / 2) return { effect: 'is off only where it is high', line: 'direction: up' };
  const line = `floor: ${roundedUp(Math.abs(deviation))} # ${printable(unit)}`;
  return { effect: 'is off only if it deviates more than this anomaly did', line };
}

function mayStop({ series: { entity } }: Anomaly): Proposal {
  return {
    effect: 'with this glob, nobody is told that the entity ships nothing',
    lines: ['noData:', `  ignore: [${quoted(entityPath(entity))}]`],
  };
}

function overrideOf({ series }: Anomaly, isOfSeries: boolean, { effect, line }: Change): Proposal {
  const { entity, metric, dimensions } = series;
  const pairs = Object.entries(dimensions).map(([name, value]) => `${quoted(name)}: ${quoted(value)}`);
  const match = [
    `metric: ${quoted(metric)}`,
    `entity: ${quoted(entityPath(entity))}`,
    ...(isOfSeries && pairs.length > 0 ? [`dimensions: { ${pairs.join(', ')} }`] : []),
  ];
  return {
    effect: `with this override, ${isOfSeries ? 'this series' : 'this metric of this entity'} ${effect}`,
    lines: ['catalogue:', `  - match: { ${match.join(', ')} }`, `    ${line}`],
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
