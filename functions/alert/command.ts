import type { Effect } from '../shared/domain/record.ts';
import { liveScope } from '../shared/domain/sample.ts';
import type { Settings } from '../shared/domain/settings.ts';
import type { Command } from '../shared/domain/signal.ts';
import type { Cluster, OpenAlert } from './cluster.ts';
import { say } from './evaluate.ts';
import { addSilence } from './silence.ts';
import type { AlertState } from './state.ts';

type SilenceCommand = Extract<Command, { action: 'silence' }>;
type AlertCommand = Exclude<Command, SilenceCommand>;

/** Does what an operator asks. Asking twice does no more than asking once. */
export function takeCommand(state: AlertState, command: Command, settings: Settings): Effect[] {
  return command.action === 'silence' ? silence(state, command) : onAlert(state, command, settings);
}

/** @throws {RefusedRecordError} if the cluster has too many */
function silence(state: AlertState, { id, by, cluster, matchers, startsAtMs, endsAtMs }: SilenceCommand): Effect[] {
  const scope = state.clocks.has(cluster) ? cluster : liveScope;
  if (endsAtMs <= (state.clocks.now(scope) ?? 0)) return state.ignored('silence that was over when it came');
  addSilence(state.cluster(scope, cluster), { id, by, matchers, startsAtMs, endsAtMs });
  return [];
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
  cluster: Cluster,
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
  cluster: Cluster,
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
