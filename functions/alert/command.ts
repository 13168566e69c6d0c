import { hourMs } from '../shared/domain/durations.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { latestDateMs, liveScope } from '../shared/domain/sample.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { type Command, type SilenceCommand, silenceFault, silenceStartMs } from '../shared/domain/signal.ts';
import type { Effect, LogRecord } from '../shared/log/record.ts';
import type { Applying } from './apply-anomaly.ts';
import type { ClusterState, OpenAlert } from './cluster-state.ts';
import { say } from './evaluate.ts';
import { addSilence, endSilence } from './silence.ts';
import type { AlertState } from './state.ts';

type AlertCommand = Extract<Command, { action: 'ack' | 'resolve' }>;
type UnsilenceCommand = Extract<Command, { action: 'unsilence' }>;

/** A command may be dated ahead of its append time by a clock that is wrong, but not by more than this. */
const aheadMsMax = hourMs;
/** The most silences in a partition of `signals`; one cluster holds fewer. */
export const silencesInAllMax = 5_000;

/**
 * Does what an operator asks. Asking twice does no more than asking once. The rules of the API hold for a command that
 * came to `signals` by another way too.
 * @throws {RefusedRecordError} `command from the future`, `silence out of range`, `too many silences`; nothing was
 *   changed then
 */
export function takeCommand(state: AlertState, command: Command, { settings, record }: Applying): Effect[] {
  const scope = state.clocks.has(command.cluster) ? command.cluster : liveScope;
  refuseFuture(command, record, state.clocks.now(scope));
  switch (command.action) {
    case 'silence':
      return silence(state, command, scope, settings);
    case 'unsilence':
      return unsilence(state, command);
    default:
      return onAlert(state, command, settings);
  }
}

/** By append time; by stage time too, which in a replay may be ahead of it. */
function refuseFuture({ atMs }: Command, { timestampMs }: LogRecord, nowMs = 0): void {
  const latestMs = Math.min(Math.max(timestampMs, nowMs) + aheadMsMax, latestDateMs);
  if (atMs <= latestMs) return;
  const [latest, got] = [latestMs, atMs].map((ms) => new Date(ms).toISOString());
  throw new RefusedRecordError(
    'command from the future',
    `atMs: expected ${latest} or earlier, got ${got}; leave it out`,
  );
}

/** @param scope of the cluster: its replay, or live */
function silence(state: AlertState, command: SilenceCommand, scope: string, settings: Settings): Effect[] {
  const fault = silenceFault(command, settings.alerts.silenceMax);
  if (fault !== undefined) throw new RefusedRecordError('silence out of range', fault);
  const { id, by, note, cluster, matchers, atMs, endsAtMs } = command;
  const nowMs = state.clocks.now(scope);
  if (endsAtMs <= (nowMs ?? 0)) return state.ignored('silence that was over when it came');
  const startsAtMs = silenceStartMs(command);
  const isPending = startsAtMs > atMs && startsAtMs > (nowMs ?? 0);
  const given = { id, by, matchers, createdAtMs: atMs, startsAtMs, endsAtMs, ...(note === undefined ? {} : { note }) };
  const added = { ...given, state: isPending ? 'pending' : 'active' } as const;
  const to = state.cluster(scope, cluster);
  if (!to.silences.has(id)) refuseTooMany(state.silenceCount);
  return addSilence(to, added, nowMs ?? atMs);
}

/** A command names any cluster, also one that does not exist. */
function refuseTooMany(count: number): void {
  if (count < silencesInAllMax) return;
  throw new RefusedRecordError(
    'too many silences',
    `all clusters together hold ${silencesInAllMax} silences at most: end some with "npx offbeat unsilence"`,
  );
}

/**
 * Ends a silence in each scope that has it: one that was made before a replay of its cluster began is live. What it muted
 * is announced with the next tick.
 */
function unsilence(state: AlertState, { cluster: name, silenceId, by, note, atMs }: UnsilenceCommand): Effect[] {
  const effects = [liveScope, name].flatMap((scope) => {
    const nowMs = state.clocks.now(scope) ?? atMs;
    return endSilence(state.cluster(scope, name), silenceId, { by, note }, nowMs);
  });
  return effects.length > 0 ? effects : state.ignored('command for an unknown silence');
}

/** An alert without a record yet is unknown: nobody can have seen it. */
function onAlert(state: AlertState, command: AlertCommand, settings: Settings): Effect[] {
  for (const scope of [liveScope, command.cluster]) {
    const nowMs = state.clocks.now(scope);
    const cluster = state.cluster(scope, command.cluster);
    const alert = cluster.alerts.get(command.alertId);
    if (nowMs === undefined || alert?.recorded === undefined) continue;
    if (command.action === 'resolve') return resolve(cluster, alert, command, nowMs, settings);
    if (alert.status === 'acknowledged') return state.ignored('alert acknowledged before');
    return acknowledge(cluster, alert, command, nowMs, settings);
  }
  return state.ignored('command for an unknown alert');
}

function acknowledge(
  cluster: ClusterState,
  alert: OpenAlert,
  { by, note }: AlertCommand,
  nowMs: number,
  settings: Settings,
): Effect[] {
  alert.status = 'acknowledged';
  const reason = `acknowledged by ${by}`;
  const due = { transition: 'acknowledged', stage: 'command', reason, detail: note, changed: true } as const;
  return say(cluster, alert, due, nowMs, settings);
}

/** What of it is still off opens nothing until it closes and comes again. */
function resolve(
  cluster: ClusterState,
  alert: OpenAlert,
  { by, note }: AlertCommand,
  nowMs: number,
  settings: Settings,
): Effect[] {
  for (const { id, revision, heardAtMs, detectPartition, over } of alert.members) {
    if (over === undefined) cluster.dismissed.set(id, { revision, heardAtMs, detectPartition });
  }
  const reason = `resolved by ${by}`;
  const due = { transition: 'resolved', stage: 'command', reason, detail: note, changed: true } as const;
  return say(cluster, alert, due, nowMs, settings);
}
