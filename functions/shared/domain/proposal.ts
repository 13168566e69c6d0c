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
 *   anomaly, the direction; for a limit a bound beyond its peak, or none; for a difference from its peers,
 *   that it is not compared with them; for a run of one value, that it is not judged.
 * - `noise`: the same of each metric of an entity.
 * - both, for an entity without data: that it may stop at any time.
 * - `wrong cause`: an edge from the entity that was named first to the one that was the cause, which the operator fills in.
 *
 * Only the override of the first anomaly is proposed where more than {@link overridesMax} are needed.
 * @param anomalies the anomalies that were judged, the likely cause first; empty where they cannot be read
 * @returns `undefined` for `useful`, and where the anomalies are needed and nothing can be proposed for any
 */
export function proposalFor(
  verdict: Verdict,
  { entity }: Pick<Alert, 'entity'>,
  anomalies: readonly Anomaly[],
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
  const all = entriesFor(anomalies, verdict === 'expected');
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
function entriesFor(anomalies: readonly Anomaly[], isOfSeries: boolean): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const anomaly of anomalies) {
    const mayStop = anomaly.kind === 'no data';
    const change = mayStop ? undefined : changeFor(anomaly);
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
function changeFor({ kind, peak, expected, direction, unit }: Anomaly): Change | undefined {
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
    // A bound that nothing is beyond is none.
    if (direction === 'down' || peak <= 0) return switchOf('limit', 'off', 'has no limit');
    const line = `limit: { above: ${roundedUp(peak)}, severity: warning } # ${printable(unit)}`;
    return { effect: 'has a limit that this anomaly was not beyond', key: 'limit', size: peak, line };
  }
  const deviation = expected === undefined ? 0 : peak - expected;
  if (deviation === 0) return undefined;
  if (deviation < -Math.abs(expected!) / 2) return switchOf('direction', 'up', 'is off only where it is high');
  const size = Math.abs(deviation);
  const line = `floor: ${roundedUp(size)} # ${printable(unit)}`;
  return { effect: 'is off only if it deviates more than this anomaly did', key: 'floor', size, line };
}

function matchOf({ series: { entity, metric, dimensions } }: Anomaly, isOfSeries: boolean): string {
  const pairs = Object.entries(dimensions).map(([name, value]) => `${quoted(name)}: ${quoted(value)}`);
  return [
    `metric: ${quoted(metric)}`,
    `entity: ${quoted(entityPath(entity))}`,
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
  const stopping = entries.flatMap(({ match, entity }) => (match === undefined ? [quoted(entity)] : []));
  return [
    ...(overrides.length === 0 ? [] : ['catalogue:', ...overrides]),
    ...(stopping.length === 0 ? [] : ['noData:', `  ignore: [${stopping.join(', ')}]`]),
  ];
}

function leftSentence(left: number, of: number, entries: number): string {
  const why =
    entries > overridesMax
      ? `all together need ${entries} overrides, and these lines are only about the likely cause`
      : 'no override decides about them';
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
