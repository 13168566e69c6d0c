import { isTooShort } from '../../../../functions/alert/group.ts';
import { silenceOf } from '../../../../functions/alert/silence.ts';
import type { Alert, Decision } from '../../../../functions/shared/domain/alert.ts';
import { context, Incident } from './incident.ts';
import type { Cell, Event, State } from './states.ts';

const { alerts: times } = context.settings;

/** The way to each state, from an incident of which nothing is known yet. */
export const ways: Readonly<Record<State, (incident: Incident) => void>> = {
  none: () => undefined,
  gathering: (incident) => incident.report(),
  'gathering, silenced': then('gathering', silenced),
  'gathering, short': then('gathering', (incident) => incident.close(10_000)),
  'gathering, long': then('gathering', (incident) => incident.close(40_000)),
  muted: then('gathering, silenced', (incident) => incident.wait(times.groupWait)),
  'muted, quiet': then('muted', (incident) => incident.close()),
  open: then('gathering', (incident) => incident.wait(times.groupWait)),
  'open, news': then('open', (incident) => incident.join('warning')),
  'open, silenced': then('open', silenced),
  'open, quiet': then('open', (incident) => incident.close()),
  acknowledged: then('open', (incident) => incident.ack()),
  'acknowledged, news': then('acknowledged', (incident) => incident.join('warning')),
  'acknowledged, quiet': then('acknowledged', (incident) => incident.close()),
  'acknowledged, muted': then('muted', (incident) => incident.ack()),
  'acknowledged, muted, quiet': then('acknowledged, muted', (incident) => incident.close()),
  resolved: then('open, quiet', (incident) => incident.wait(times.resolveAfter)),
};

/** The records that each event applies to an incident. */
export const acts: Readonly<Record<Event, (incident: Incident) => void>> = {
  'anomaly joins': (incident) => incident.join('warning'),
  'critical anomaly joins': (incident) => incident.join('critical'),
  'another entity joins': (incident) => {
    incident.join('warning', 'b');
    incident.wait(times.groupWait);
  },
  'anomaly reported': (incident) => incident.report(),
  'anomalies close': (incident) => incident.close(),
  'anomalies close early': (incident) => incident.close(10_000),
  tick: (incident) => incident.wait(10_000),
  'groupWait passes': (incident) => incident.wait(times.groupWait),
  'resolveAfter passes': (incident) => incident.wait(times.resolveAfter),
  'groupInterval passes': (incident) => incident.wait(times.groupInterval),
  'repeatInterval passes': (incident) => incident.wait(times.repeatInterval, true),
  'hour without a report': (incident) => incident.wait(4_200_000),
  ack: (incident) => incident.ack(),
  resolve: (incident) => incident.resolve(),
  feedback: (incident) => incident.feedback(),
  comment: (incident) => incident.comment(),
  silence: (incident) => incident.silence(),
  unsilence: (incident) => incident.unsilence(),
  'replay ends': (incident) => incident.endReplay(),
};

function silenced(incident: Incident): void {
  incident.silence();
  incident.wait(10_000);
}

function then(state: State, act: (incident: Incident) => void): (incident: Incident) => void {
  return (incident) => {
    ways[state](incident);
    act(incident);
  };
}

/** Returns the state that an incident's alert is in, by what the step remembers of it. */
export function stateOf({ alert, alertId, alerts, cluster, nowMs }: Incident): State {
  if (alert === undefined) return alerts.some(({ id }) => id === alertId) ? 'resolved' : 'none';
  const { announced, members, recorded, status } = alert;
  const isOpen = members.some(({ over }) => over === undefined);
  const isSilenced = silenceOf(cluster, alert, nowMs) !== undefined;
  if (recorded === undefined) {
    if (isOpen) return isSilenced ? 'gathering, silenced' : 'gathering';
    return isTooShort(alert, times) ? 'gathering, short' : 'gathering, long';
  }
  if (announced === undefined) {
    if (status === 'acknowledged') return isOpen ? 'acknowledged, muted' : 'acknowledged, muted, quiet';
    return isOpen ? 'muted' : 'muted, quiet';
  }
  if (!isOpen) return `${status}, quiet`;
  if (status === 'open' && isSilenced) return 'open, silenced';
  return members.length > recorded.anomalies ? `${status}, news` : status;
}

/** Applies an event to an alert in a state, by the real step. @returns the cell that the table must contain */
export function observe(scope: string, state: State, event: Event): Required<Cell> {
  const incident = new Incident(scope);
  ways[state](incident);
  const before = {
    alerts: incident.alerts.length,
    silences: incident.silences.length,
    counts: new Map(incident.state.counts),
  };
  acts[event](incident);
  const records = incident.alerts.slice(before.alerts).filter(({ id }) => id === incident.alertId);
  return {
    to: stateOf(incident),
    records: records.map(({ transition, notify }) => (notify ? transition : (`(${transition})` as const))),
    why: records.length > 0 ? whyRecorded(records.at(-1)!) : whyNot(incident, before),
  };
}

/** The stages of the trace that can be the reason of a record, by its transition: sent, and muted. */
const stages: Readonly<Record<Alert['transition'], readonly [sent: readonly string[], muted: readonly string[]]>> = {
  opened: [['group'], ['short', 'silence']],
  updated: [['group'], ['acknowledge', 'silence']],
  repeated: [['group'], []],
  acknowledged: [['command'], ['announce', 'silence']],
  resolved: [['resolve', 'command'], ['announce']],
  feedback: [[], ['command']],
  commented: [[], ['command']],
};

function whyRecorded({ transition, notify, trace }: Alert): string {
  const [sent, muted] = stages[transition];
  return newest(trace, notify ? sent : muted);
}

interface Before {
  readonly silences: number;
  readonly counts: ReadonlyMap<string, number>;
}

/** Returns why an event led to no record of the alert. */
function whyNot({ alert, alertId, cluster, silences, state, trace }: Incident, before: Before): string {
  for (const [reason, count] of state.counts) if (count > (before.counts.get(reason) ?? 0)) return reason;
  if (silences.length > before.silences) return `silence ${silences.at(-1)!.state}`;
  if ([...cluster.alerts.keys()].some((id) => id !== alertId)) return 'another alert opens';
  if (alert === undefined) return 'no alert';
  const reason = newest(trace, ['group']);
  return due.includes(reason) ? newest(trace, ['acknowledge', 'silence']) : reason;
}

/** The reasons of a transition that is due: where it leads to no record, a mute is the reason. */
const due = [
  'first notification',
  'repeat interval elapsed',
  'new anomalies',
  'another entity',
  'severity raised',
  'critical at once',
];

function newest(trace: readonly Decision[], ofStages: readonly string[]): string {
  const decision = trace.findLast(({ stage }) => ofStages.includes(stage));
  if (decision === undefined) throw new Error(`expected a decision of ${ofStages.join(' or ')} in the trace`);
  return decision.reason;
}
