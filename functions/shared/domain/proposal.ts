import type { Alert } from './alert.ts';
import type { Anomaly } from './anomaly.ts';
import { limitsOf } from './catalogue/catalogue.ts';
import { durationText } from './durations.ts';
import { entityPath } from './entity.ts';
import type { Verdict } from './feedback.ts';
import { globOf } from './glob.ts';
import { isBeyond, isSameLimit, type Limit } from './limit.ts';
import { printable } from './printable.ts';
import type { Settings } from './settings.ts';

/** A change of `offbeat.yaml` that would have prevented what an operator judged. Nobody applies it but the operator. */
export interface Proposal {
  /** The effect of the change, as a sentence. */
  readonly effect: string;
  /** The lines of `offbeat.yaml`. */
  readonly lines: readonly string[];
  /** A sentence about the anomalies that it does not prevent, so that the alert would still page; absent if there are none. */
  readonly left?: string;
}

/** The most overrides that are proposed. An alert that needs more is not a matter of settings. */
export const overridesMax = 10;

/**
 * Returns the smallest change of the settings that would have changed what an operator judged: an alert is gone only if each of its
 * anomalies is.
 *
 * - `expected`: of each series alone, a floor above the deviation of its anomaly; for a fall, which no floor keeps from being an
 *   anomaly, the direction; for a limit a bound beyond its peak, beside the other limits of the series, or none; for a
 *   difference from its peers, that it is not compared with them; for a run of one value, that it is not judged.
 * - `noise`: the same of each metric of an entity.
 * - both, for an entity without data: that it may stop at any time.
 * - `wrong cause`: an edge from the entity that was named first to the one that was the cause, which the operator fills in.
 *
 * Only the override of the first anomaly is proposed where more than {@link overridesMax} are needed.
 * @param anomalies the anomalies that were judged, the likely cause first; empty where they cannot be read
 * @param catalogue the overrides in force, of whose limits those are kept that have nothing to do with the anomalies
 * @returns `undefined` for `useful`, and where the anomalies are needed and nothing can be proposed for any
 */
export function proposalFor(
  verdict: Verdict,
  { entity }: Pick<Alert, 'entity'>,
  anomalies: readonly Anomaly[],
  catalogue: Settings['catalogue'] = [],
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
  const all = entriesFor(anomalies, verdict === 'expected', catalogue);
  if (all.size === 0) return undefined;
  const entries = [...all.values()].slice(0, all.size > overridesMax ? 1 : all.size);
  const prevented = entries.reduce((sum, { count }) => sum + count, 0);
  const left = anomalies.length - prevented;
  return {
    effect: effectOf(entries, { prevented, isOfSeries: verdict === 'expected' }),
    lines: linesOf(entries),
    ...(left === 0 ? {} : { left: leftSentence(left, anomalies.length, all.size) }),
  };
}

/** A change of the rule of a series: its effect, as the end of a sentence, and its line. */
interface Change {
  readonly effect: string;
  /** The key of the settings that it changes; of two changes of one key the larger one holds for both. */
  readonly key: 'floor' | 'direction' | 'limit' | 'peers' | 'ignore';
  readonly size: number;
  readonly line: string;
}

/** The changes of the series that one matcher names, or an entity that may stop; and how many anomalies they prevent. */
interface Entry {
  /** The matcher of an override; absent for an entity that may stop. */
  readonly match?: string;
  readonly entity: string;
  readonly changes: Map<Change['key'], Change>;
  count: number;
}

/** Returns the entries that prevent anomalies, in their order. */
function entriesFor(
  anomalies: readonly Anomaly[],
  isOfSeries: boolean,
  catalogue: Settings['catalogue'],
): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const anomaly of anomalies) {
    const mayStop = anomaly.kind === 'no data';
    const change = mayStop ? undefined : changeFor(anomaly, catalogue);
    if (change === undefined && !mayStop) continue;
    const entity = entityPath(anomaly.series.entity);
    const match = mayStop ? undefined : matchOf(anomaly, isOfSeries);
    const key = match ?? entity;
    const entry = entries.get(key) ?? { ...(match && { match }), entity, changes: new Map(), count: 0 };
    entries.set(key, entry);
    entry.count += 1;
    if (change !== undefined && change.size >= (entry.changes.get(change.key)?.size ?? 0)) {
      entry.changes.set(change.key, change);
    }
  }
  return entries;
}

/** Returns `undefined` for what no override decides: a forecast, and a deviation from nothing. */
function changeFor(anomaly: Anomaly, catalogue: Settings['catalogue']): Change | undefined {
  const { kind, peak, expected, unit } = anomaly;
  const switchOf = (key: Change['key'], value: string, effect: string): Change => ({
    effect,
    key,
    size: Number.POSITIVE_INFINITY,
    line: `${key}: ${value}`,
  });
  if (kind === 'forecast') return undefined;
  if (kind === 'peers') return switchOf('peers', 'off', 'is not compared with its peers');
  if (kind === 'quiet') return switchOf('ignore', 'true', 'is shown, and never judged');
  if (kind === 'limit') {
    const limits = limitsBeyond(anomaly, limitsOf(anomaly.series, catalogue));
    if (limits.length === 0) return switchOf('limit', 'off', 'has no limit');
    const texts = limits.map(limitText);
    const line = `limit: ${texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`} # ${printable(unit)}`;
    return { effect: 'has a limit that this anomaly was not beyond', key: 'limit', size: peak, line };
  }
  const deviation = expected === undefined ? 0 : peak - expected;
  if (deviation === 0) return undefined;
  if (deviation < -Math.abs(expected!) / 2) return switchOf('direction', 'up', 'is off only where it is high');
  const size = Math.abs(deviation);
  const line = `floor: ${roundedUp(size)} # ${printable(unit)}`;
  return { effect: 'is off only if it deviates more than this anomaly did', key: 'floor', size, line };
}

/**
 * Returns the limits of a series with those changed that an anomaly was beyond: their bounds are beyond its peak, or they are left
 * out where nothing would be beyond the new bound. An override replaces all limits of a series, so the others are repeated.
 * @param limits those in force; where the anomaly is beyond none, it was of other settings, and its bound is the only one
 */
function limitsBeyond({ peak, direction }: Anomaly, limits: readonly Limit[]): Limit[] {
  const isRaised = direction !== 'down' && peak > 0;
  const raised = { side: 'above', bound: isRaised ? roundedUp(peak) : 0 } as const;
  if (!limits.some((limit) => isBeyond(limit, peak))) {
    return isRaised ? [{ ...raised, forMs: 0, severity: 'warning' }] : [];
  }
  const changed = limits.flatMap((limit): Limit[] => {
    if (!isBeyond(limit, peak)) return [limit];
    return isRaised && limit.side === 'above' ? [{ ...limit, ...raised }] : [];
  });
  return changed.filter((limit, at) => changed.findIndex((other) => isSameLimit(other, limit)) === at);
}

const limitText = ({ side, bound, forMs, severity }: Limit): string =>
  `{ ${side}: ${bound}${forMs === 0 ? '' : `, for: ${durationText(forMs)}`}, severity: ${severity} }`;

function matchOf({ series: { entity, metric, dimensions } }: Anomaly, isOfSeries: boolean): string {
  const pairs = Object.entries(dimensions).map(([name, value]) => `${quoted(name)}: ${quoted(globOf(value))}`);
  return [
    `metric: ${quoted(globOf(metric))}`,
    `entity: ${quoted(globOf(entityPath(entity)))}`,
    ...(isOfSeries && pairs.length > 0 ? [`dimensions: { ${pairs.join(', ')} }`] : []),
  ].join(', ');
}

interface Prevented {
  readonly prevented: number;
  readonly isOfSeries: boolean;
}

function effectOf(entries: readonly Entry[], { prevented, isOfSeries }: Prevented): string {
  const [first] = entries;
  const [change, second] = [...first!.changes.values()];
  if (entries.length === 1 && second === undefined) {
    if (change === undefined) return 'with this glob, nobody is told that the entity ships nothing';
    const anomaly = prevented === 1 ? change.effect : change.effect.replace('this anomaly', 'these anomalies');
    return `with this override, ${isOfSeries ? 'this series' : 'this metric of this entity'} ${anomaly}`;
  }
  return `with these lines, none of ${prevented} anomalies of ${entries.length} ${isOfSeries ? 'series' : 'metrics'} would have been one`;
}

function linesOf(entries: readonly Entry[]): string[] {
  const overrides = entries.flatMap(({ match, changes }) =>
    match === undefined ? [] : [`  - match: { ${match} }`, ...[...changes.values()].map(({ line }) => `    ${line}`)],
  );
  const stopping = entries.flatMap(({ match, entity }) => (match === undefined ? [quoted(globOf(entity))] : []));
  return [
    ...(overrides.length === 0 ? [] : ['catalogue:', ...overrides]),
    ...(stopping.length === 0 ? [] : ['noData:', `  ignore: [${stopping.join(', ')}]`]),
  ];
}

function leftSentence(left: number, of: number, entries: number): string {
  const why =
    entries > overridesMax
      ? `all together need ${entries} overrides, and these lines are only about the likely cause`
      : 'no setting decides about them alone';
  return `no single setting would have changed the alert: ${left} of its ${of} anomalies would still be there, because ${why}`;
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
