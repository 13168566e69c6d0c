import { minuteMs } from '../shared/domain/durations.ts';
import { type Entity, type EntityKind, entityPath, missedKinds } from '../shared/domain/entity.ts';
import { matchesGlob } from '../shared/domain/glob.ts';
import type { Settings } from '../shared/domain/settings.ts';
import type { AlignedClocks } from '../shared/time/aligned-clocks.ts';
import { silenceMs, timeOf } from './lanes.ts';
import type { Group } from './series-group.ts';
import { slot, slotDoubles } from './slot.ts';

const missed: ReadonlySet<EntityKind> = new Set(missedKinds);

/** An entity is silent after so many of its usual intervals, and after at least the time of the settings. */
const intervals = 10;
/** An entity is overdue after so many, and after at least so long, ms: it counts where many fall silent together. */
const overdueIntervals = 3;
const overdueAfterMs = minuteMs;
/** The time between the first and the newest sample from which on an entity is missed, ms: a short job is not. */
const knownMs = 5 * minuteMs;

/** The time for which an entity has shipped nothing, and how long that may be. */
export interface Quietness {
  readonly entity: Entity;
  readonly groups: readonly Group[];
  /** The time since its newest sample, and the usual time between two, ms. */
  readonly forMs: number;
  readonly cadenceMs: number;
  /** The time from which on it is silent, ms. */
  readonly limitMs: number;
  readonly isSilent: boolean;
  /** Means that it is silent, or seems to be: it counts where many fall silent together. */
  readonly isOverdue: boolean;
  /** The same with the pauses of Offbeat, after which nothing is known: an anomaly that is open stays open until samples come. */
  readonly staysOverdue: boolean;
}

/** The settings about entities that ship nothing: the shortest silence, ms, and globs over the paths of others. */
export type NoDataRule = Settings['noData'];

/** A group with its own silence, ms. */
interface Heard {
  readonly group: Group;
  readonly forMs: number;
  /** The same with the pauses of Offbeat. */
  readonly withPausesMs: number;
  readonly cadenceMs: number;
}

/**
 * Returns how long an entity has been silent, by the ticks of the lanes that its samples come through: the times of documents
 * do not matter, and neither does a pause of Offbeat.
 * @param groups all groups of the entity
 * @returns `undefined` for an entity that is not missed: of another kind, ignored by the settings, too new, or without samples
 *   at intervals, as logs are
 */
export function quietnessOf(groups: readonly Group[], clocks: AlignedClocks, rule: NoDataRule): Quietness | undefined {
  const { entity } = groups[0]!.identity;
  if (!isMissed(entity, rule)) return undefined;
  const heard = groups.flatMap((group): Heard[] => {
    const time = timeOf(group, clocks);
    if (time === undefined || group.heardMs === 0) return [];
    const withPausesMs = time.tickMs - group.heardMs;
    return [{ group, forMs: silenceMs(time, group.heardMs), withPausesMs, cadenceMs: cadenceOf(group) }];
  });
  const forMs = Math.min(...heard.map((one) => one.forMs));
  // A metric set that was switched off before does not make the others late.
  const alive = heard.filter((one) => one.cadenceMs > 0 && one.forMs - forMs < limitOf(one.cadenceMs, rule));
  if (alive.length === 0 || newestOf(groups) - firstOf(groups) < knownMs) return undefined;
  const cadenceMs = Math.min(...alive.map((one) => one.cadenceMs));
  const limitMs = limitOf(cadenceMs, rule);
  const overdueMs = Math.max(overdueIntervals * cadenceMs, overdueAfterMs);
  return {
    entity,
    groups,
    forMs,
    cadenceMs,
    limitMs,
    isSilent: forMs >= limitMs,
    isOverdue: forMs >= overdueMs,
    staysOverdue: Math.min(...heard.map(({ withPausesMs }) => withPausesMs)) >= overdueMs,
  };
}

const isMissed = (entity: Entity, { ignore }: NoDataRule): boolean =>
  missed.has(entity.kind) && !ignore.some((glob) => matchesGlob(glob, entityPath(entity)));

const limitOf = (cadenceMs: number, { after }: NoDataRule): number => Math.max(intervals * cadenceMs, after);
const newestOf = (groups: readonly Group[]): number => Math.max(...groups.map(({ heardMs }) => heardMs));
const firstOf = (groups: readonly Group[]): number =>
  groups.reduce((first, { heardFirstMs }) => (heardFirstMs > 0 ? Math.min(first, heardFirstMs) : first), Infinity);

/** Returns the usual time between the samples of a group, ms; 0 while it is not known, and for sums, which come when they do. */
function cadenceOf({ metrics, values }: Group): number {
  for (const [index, { rule }] of metrics.entries()) {
    const cadenceMs = values[index * slotDoubles + slot.cadenceMs]!;
    if (rule.kind !== 'delta' && cadenceMs > 0) return cadenceMs;
  }
  return 0;
}
