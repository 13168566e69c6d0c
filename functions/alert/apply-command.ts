import { hourMs } from '../shared/domain/durations.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { latestDateMs, liveScope } from '../shared/domain/sample.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { askedBy, type Command, type SilenceCommand, silenceFault, silenceStartMs } from '../shared/domain/signal.ts';
import type { Effect, LogRecord } from '../shared/log/record.ts';
import { snapshotOf } from './alert-index.ts';
import type { Applying } from './apply-anomaly.ts';
import { applyRemark } from './apply-remark.ts';
import { emit } from './evaluate.ts';
import type { Case } from './mutes.ts';
import { addSilence, endSilence } from './silence.ts';
import type { AlertState } from './state.ts';

type AlertCommand = Extract<Command, { action: 'ack' | 'resolve' }>;
type UnsilenceCommand = Extract<Command, { action: 'unsilence' }>;

/** Milliseconds by which a command may be dated ahead of its append time: the clock of its sender may be wrong. */
const aheadMsMax = hourMs;
/** The most silences in a partition of `signals`; the limit of one cluster is lower. */
export const silencesInAllMax = 5_000;

/**
 * Applies an operator's command. A repeated command has no further effect. The rules of the API are checked here too,
 * because a command may reach `signals` in another way.
 * @throws {RefusedRecordError} `command from the future`, `silence out of range`, `too many silences`; the state is
 *   unchanged then
 */
export function applyCommand(state: AlertState, command: Command, { settings, record }: Applying): Effect[] {
  const scope = state.clocks.has(command.cluster) ? command.cluster : liveScope;
  refuseFuture(command, record, state.clocks.now(scope));
  switch (command.action) {
    case 'silence':
      return silence(state, command, scope, settings);
    case 'unsilence':
      return unsilence(state, command);
    case 'feedback':
    case 'comment':
      return applyRemark(state, command, settings);
    default:
      return onAlert(state, command, settings);
  }
}

/**
 * Refuses a command that is dated ahead of both append time and stage time: in a replay stage time may be the later.
 */
function refuseFuture({ atMs }: Command, { timestampMs }: LogRecord, nowMs = 0): void {
  const latestMs = Math.min(Math.max(timestampMs, nowMs) + aheadMsMax, latestDateMs);
  if (atMs <= latestMs) return;
  const [latest, got] = [latestMs, atMs].map((ms) => new Date(ms).toISOString());
  throw new RefusedRecordError(
    'command from the future',
    `atMs: expected ${latest} or earlier, got ${got}; leave it out`,
  );
}

/** @param scope the scope of the cluster: its replay, or live */
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

/** Refuses a silence beyond the partition's limit: a command can name any cluster, even one that does not exist. */
function refuseTooMany(count: number): void {
  if (count < silencesInAllMax) return;
  throw new RefusedRecordError(
    'too many silences',
    `all clusters together hold ${silencesInAllMax} silences at most: end some with "npx offbeat unsilence"`,
  );
}

/**
 * Ends a silence in the live scope and in the replay of its cluster: a silence that was made before the replay began is
 * a live one. An alert that the silence muted is announced with the next tick.
 */
function unsilence(state: AlertState, { cluster: name, silenceId, by, note, atMs }: UnsilenceCommand): Effect[] {
  const effects = [liveScope, name].flatMap((scope) => {
    const nowMs = state.clocks.now(scope) ?? atMs;
    return endSilence(state.cluster(scope, name), silenceId, { by, note }, nowMs);
  });
  return effects.length > 0 ? effects : state.ignored('command for an unknown silence');
}

/** Applies `ack` or `resolve`. An alert without a record counts as unknown, because no operator can have seen it. */
function onAlert(state: AlertState, command: AlertCommand, settings: Settings): Effect[] {
  for (const scope of [liveScope, command.cluster]) {
    const atMs = state.clocks.now(scope);
    const cluster = state.cluster(scope, command.cluster);
    const alert = cluster.alerts.get(command.alertId);
    if (atMs === undefined || alert?.recorded === undefined) continue;
    const target = { cluster, alert, atMs, settings };
    if (command.action === 'resolve') return resolve(target, command);
    // STATUS-NEVER-RETURNS
    if (alert.status === 'acknowledged') return state.ignored('alert acknowledged before');
    return acknowledge(target, command);
  }
  return state.ignored('command for an unknown alert');
}

type Target = Omit<Case, 'due'>;

function acknowledge(target: Target, command: AlertCommand): Effect[] {
  target.alert.status = 'acknowledged';
  const { severity, entities } = snapshotOf(target.alert, target.atMs);
  target.alert.acknowledged = { severity, entities };
  return emitCommanded(target, command, 'acknowledged');
}

/** Resolves an alert. Its open anomalies are dismissed: each opens no alert until it closes and starts again. */
function resolve(target: Target, command: AlertCommand): Effect[] {
  const { cluster, alert } = target;
  for (const { id, revision, heardAtMs, detectPartition, over } of alert.members) {
    if (over === undefined) cluster.dismissed.set(id, { revision, heardAtMs, detectPartition });
  }
  return emitCommanded(target, command, 'resolved');
}

function emitCommanded(target: Target, command: AlertCommand, transition: 'acknowledged' | 'resolved'): Effect[] {
  const reason = `${transition} by ${askedBy(command)}`;
  return emit({ ...target, due: { transition, stage: 'command', reason, detail: command.note, changed: true } });
}
