import { dayMs } from '../../../../functions/shared/domain/durations.ts';
import type { AnomalyCell, AnomalyEvent, AnomalyState } from './anomaly-table.ts';
import { Incident } from './incident.ts';

/** The way to each state of an anomaly, from an incident of which nothing is known yet. */
export const anomalyWays: Readonly<Record<AnomalyState, (incident: Incident) => void>> = {
  unknown: () => undefined,
  held: (incident) => incident.report(incident.nowMs),
  open: (incident) => {
    incident.report();
    incident.wait(30_000);
  },
  closed: (incident) => {
    anomalyWays.open(incident);
    incident.close();
  },
  dismissed: (incident) => {
    anomalyWays.open(incident);
    incident.resolve();
  },
};

/** The records that each event applies to an incident. */
const acts: Readonly<Record<AnomalyEvent, (incident: Incident) => void>> = {
  'report before its tick': (incident) => incident.report(incident.nowMs),
  'report after its tick': (incident) => incident.report(incident.nowMs - 10_000),
  'same report again': (incident) => incident.reportAgain(),
  'report of its end': (incident) => incident.close(),
  'tick passes': (incident) => incident.wait(10_000),
  'hour without a report': (incident) => incident.wait(4_200_000),
  'alert resolved by an operator': (incident) => incident.resolve(),
  'replay ends': (incident) => incident.endReplay(),
  '8 days pass': (incident) => {
    incident.wait(4_200_000);
    incident.jump(8 * dayMs);
  },
};

/** Returns the state of an incident's first anomaly, by what the step remembers of it. */
export function anomalyStateOf({ alert, cluster, first, state }: Incident): AnomalyState {
  if (cluster.dismissed.has(first.id)) return 'dismissed';
  const member = alert?.members.find(({ id }) => id === first.id);
  if (member !== undefined && member.over === undefined) return 'open';
  if (cluster.closed.has(first.id)) return 'closed';
  return state.heldCount > 0 ? 'held' : 'unknown';
}

/** Applies an event to an anomaly in a state, by the real step. @returns the cell that the table must contain */
export function observeAnomaly(scope: string, from: AnomalyState, event: AnomalyEvent): AnomalyCell {
  const incident = new Incident(scope);
  anomalyWays[from](incident);
  const { heldCount } = incident.state;
  const counts = new Map<string, number>(incident.state.counts);
  acts[event](incident);
  const to = anomalyStateOf(incident);
  const counted = [...incident.state.counts].filter(([reason, count]) => count > (counts.get(reason) ?? 0));
  if (counted.length > 0) return { to, why: counted.map(([reason]) => reason).join(' and ') };
  if (incident.state.heldCount > heldCount) return { to, why: 'waits for its tick' };
  if (to === from) return { to, why: 'nothing' };
  return { to, why: entering[to] };
}

/** The words for entering each state. */
const entering: Readonly<Record<AnomalyState, string>> = {
  unknown: 'is forgotten',
  held: 'waits for its tick',
  open: 'joins an alert',
  closed: 'is closed',
  dismissed: 'is dismissed',
};
