import {
  type ClusterState,
  type Member,
  newCluster,
  type OpenAlert,
  type Over,
} from '../../../functions/alert/cluster-state.ts';
import type { Anomaly } from '../../../functions/shared/domain/anomaly.ts';
import { liveScope } from '../../../functions/shared/domain/sample.ts';
import { alertSettings, anomaly } from './signals.ts';

/** The times of these tests: groupWait 30 s, and the defaults groupInterval 5 min, repeatInterval 4 h, resolveAfter 30 s. */
export const times = alertSettings;

/** A member of an alert, open unless `over` is given. */
export function member(parts: Partial<Anomaly> & { readonly over?: Over } = {}): Member {
  const { over, ...of } = parts;
  const reported = anomaly(of);
  return { ...reported, heardAtMs: reported.updatedAtMs, detectPartition: 0, ...(over === undefined ? {} : { over }) };
}

/** The end of an anomaly, applied at the moment at which it ended unless `atMs` is given. */
export const endedAt = (endsAtMs: number, atMs: number = endsAtMs): Over => ({
  endsAtMs,
  atMs,
  because: 'back to normal',
});

/** An alert that still waits for further members, opened at the onset of its first member, unless `parts` overrides it. */
export function openAlert(members: readonly Member[], parts: Partial<OpenAlert> = {}): OpenAlert {
  const openedAtMs = members[0]!.startsAtMs;
  return { id: 'alert-1', revision: 0, status: 'open', openedAtMs, members: [...members], trace: [], ...parts };
}

/** The state of cluster `prod`, live, with some alerts. */
export function clusterOf(...alerts: readonly OpenAlert[]): ClusterState {
  const cluster = newCluster(liveScope, 'prod');
  for (const alert of alerts) cluster.alerts.set(alert.id, alert);
  return cluster;
}
