import { RefusedRecordError } from '../shared/domain/errors.ts';
import { labelsOf, matchesLabels } from '../shared/domain/labels.ts';
import { type SilenceRecord, silenceVersion } from '../shared/domain/silence.ts';
import { type Effect, header } from '../shared/log/record.ts';
import { topics } from '../shared/log/topics.ts';
import { likelyCause } from './alert-record.ts';
import type { ClusterState, Member, OpenAlert, Silence } from './cluster-state.ts';

/** The most silences of a cluster. */
export const silencesMax = 1000;

/** The operator who ends a silence, and the reason that the operator gave. */
export interface EndedBy {
  readonly by: string;
  readonly note?: string | undefined;
}

/**
 * Returns the silence that mutes an alert at a moment. An alert is muted only if each of its open anomalies is matched
 * by some active silence, by the anomaly's own labels. If none is open, each of all its anomalies must be matched. So a
 * silence of one host never mutes a broker that joins the alert.
 * @param atMs stage time, ms
 * @returns the silence that matches the likely cause, or else one of those that match; `undefined` if the alert is not
 *   muted
 * @see Alertmanager, where a silence mutes the alerts of a group one by one
 */
export function silenceOf(cluster: ClusterState, alert: OpenAlert, atMs: number): Silence | undefined {
  const active = [...cluster.silences.values()].filter((silence) => isActive(silence, atMs));
  if (active.length === 0) return undefined;
  let last: Silence | undefined;
  for (const member of judged(alert)) {
    const labels = labelsOf(member, member.severity);
    // Mostly the silence that matched the anomaly before matches this one too.
    if (last !== undefined && matchesLabels(last.matchers, labels)) continue;
    last = firstMatch(active, labels);
    if (last === undefined) return undefined;
  }
  const cause = likelyCause(cluster, alert);
  return firstMatch(active, labelsOf(cause, cause.severity)) ?? last;
}

/** Returns the anomalies that decide whether an alert is muted: the open ones, or all if none is open. */
function judged({ members }: OpenAlert): readonly Member[] {
  const open = members.filter(({ over }) => over === undefined);
  return open.length > 0 ? open : members;
}

function firstMatch(silences: readonly Silence[], labels: Readonly<Record<string, string>>): Silence | undefined {
  return silences.find(({ matchers }) => matchesLabels(matchers, labels));
}

/**
 * Returns whether a silence mutes at a moment. A silence that was applied as active mutes at once: its start may be
 * later than stage time, which lags the time of the command.
 */
function isActive({ state, startsAtMs, endsAtMs }: Silence, atMs: number): boolean {
  return (state === 'active' || startsAtMs <= atMs) && atMs < endsAtMs;
}

/**
 * Adds a silence, or replaces the one of the same id. An equal silence changes nothing.
 * @param nowMs stage time, ms
 * @throws {RefusedRecordError} `too many silences`; nothing is changed then
 */
export function addSilence(
  cluster: ClusterState,
  silence: Omit<Silence, 'revision' | 'updatedAtMs'>,
  nowMs: number,
): Effect[] {
  const { silences } = cluster;
  const known = silences.get(silence.id);
  if (known === undefined && silences.size >= silencesMax) {
    throw new RefusedRecordError(
      'too many silences',
      `a cluster holds ${silencesMax} silences at most: end some with "npx offbeat unsilence", or use one with a wider glob`,
    );
  }
  if (known !== undefined && isSame(known, silence)) return [];
  const { createdAtMs, revision } = known ?? { createdAtMs: silence.createdAtMs, revision: 0 };
  const changed = { ...silence, createdAtMs, revision: revision + 1, updatedAtMs: nowMs };
  silences.set(silence.id, changed);
  return [silenceEffect(silenceNow(cluster, changed))];
}

function isSame(
  known: Silence,
  { by, note, matchers, startsAtMs, endsAtMs }: Parameters<typeof addSilence>[1],
): boolean {
  const contentOf = (...parts: readonly unknown[]): string => JSON.stringify(parts);
  return (
    contentOf(known.by, known.note, known.matchers, known.startsAtMs, known.endsAtMs) ===
    contentOf(by, note, matchers, startsAtMs, endsAtMs)
  );
}

/** Ends a silence before its end. @returns its record; none where the cluster has no silence of this id */
export function endSilence(cluster: ClusterState, id: string, endedBy: EndedBy, nowMs: number): Effect[] {
  const silence = cluster.silences.get(id);
  return silence === undefined ? [] : [end(cluster, silence, nowMs, endedBy)];
}

/** Starts the silences whose start is reached, and ends those whose end is reached. */
export function moveSilences(cluster: ClusterState, nowMs: number): Effect[] {
  return [...cluster.silences.values()].flatMap((silence) => {
    if (silence.endsAtMs <= nowMs) return [end(cluster, silence, nowMs)];
    if (silence.state === 'active' || silence.startsAtMs > nowMs) return [];
    const started: Silence = { ...silence, state: 'active', revision: silence.revision + 1, updatedAtMs: nowMs };
    cluster.silences.set(silence.id, started);
    return [silenceEffect(silenceNow(cluster, started))];
  });
}

/** Ends all silences of a cluster, because its replay is over. */
export function endAllSilences(cluster: ClusterState, nowMs: number): Effect[] {
  return [...cluster.silences.values()].map((silence) => end(cluster, silence, nowMs));
}

function end(cluster: ClusterState, silence: Silence, nowMs: number, endedBy?: EndedBy): Effect {
  cluster.silences.delete(silence.id);
  const { scope, ...last } = silenceNow(cluster, { ...silence, revision: silence.revision + 1, updatedAtMs: nowMs });
  return silenceEffect({
    ...last,
    state: 'over',
    ...(endedBy === undefined ? {} : { endedBy: endedBy.by }),
    ...(endedBy?.note === undefined ? {} : { endNote: endedBy.note }),
    scope,
  });
}

/** Returns the last record of a silence that is not over. */
export function silenceNow({ name, scope }: ClusterState, silence: Silence): SilenceRecord {
  const { id, revision, state, by, note, matchers, createdAtMs, startsAtMs, endsAtMs, updatedAtMs } = silence;
  // The keys have one order, whether the silence comes from a command or from storage.
  return {
    ...{ id, cluster: name, revision, state, by },
    ...(note === undefined ? {} : { note }),
    ...{ matchers, createdAtMs, startsAtMs, endsAtMs, updatedAtMs },
    scope,
  };
}

function silenceEffect(record: SilenceRecord): Effect {
  return {
    topic: topics.alerts,
    key: record.cluster,
    value: JSON.stringify(record),
    headers: { [header.schema]: silenceVersion },
  };
}
