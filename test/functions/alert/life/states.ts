import type { Alert } from '../../../../functions/shared/domain/alert.ts';

/** The states of an alert, and what each means. */
export const states = {
  none: 'No anomaly of the incident was applied.',
  gathering: 'The alert has open anomalies and no record yet.',
  'gathering, silenced': 'As `gathering`, and a silence matches its anomalies.',
  'gathering, short': 'Its anomalies closed before its first record; they lasted less than `groupWait`.',
  'gathering, long': 'Its anomalies closed before its first record; they lasted `groupWait` or longer.',
  muted: 'The alert is recorded and was never announced, because a silence matches it.',
  'muted, quiet': 'As `muted`, and all its anomalies are closed.',
  open: 'The alert was announced: its first page was sent.',
  'open, news': 'As `open`, and an anomaly joined since its last record.',
  'open, silenced': 'As `open`, and a silence matches its anomalies.',
  'open, quiet': 'As `open`, and all its anomalies are closed.',
  acknowledged: 'The alert was announced, and an operator acknowledged it.',
  'acknowledged, news': 'As `acknowledged`, and an anomaly joined since its last record.',
  'acknowledged, quiet': 'As `acknowledged`, and all its anomalies are closed.',
  'acknowledged, muted': 'As `muted`, and an operator acknowledged it.',
  'acknowledged, muted, quiet': 'As `acknowledged, muted`, and all its anomalies are closed.',
  resolved: 'The alert is resolved. The ids of its anomalies are kept, and its last record, which nothing changes.',
} as const;
export type State = keyof typeof states;

/** The events that can happen to an alert, and the records that each consists of. */
export const events = {
  'anomaly joins': 'Another anomaly of its host is applied, with the same severity.',
  'critical anomaly joins': 'Another anomaly of its host is applied, which is critical.',
  'another entity joins':
    'An anomaly of another host is applied, with the same dataset and severity; then ticks for 30 s (`groupWait`).',
  'anomaly reported': 'The next revision of its first anomaly is applied, with the same severity.',
  'anomalies close': 'The ends of its open anomalies are applied: they lasted `groupWait` or longer.',
  'anomalies close early': 'The ends of its open anomalies are applied: they lasted less than `groupWait`.',
  tick: 'The next tick, 10 s later.',
  'groupWait passes': 'Ticks for 30 s.',
  'resolveAfter passes': 'Ticks for 60 s.',
  'groupInterval passes': 'Ticks for 5 min.',
  'repeatInterval passes': 'Ticks for 4 h, in which its open anomalies are repeated every 10 min.',
  'hour without a report': 'Ticks for 70 min, in which no anomaly is repeated.',
  ack: 'An operator acknowledges it.',
  resolve: 'An operator resolves it.',
  feedback: 'An operator judges it useful.',
  comment: 'An operator comments on it.',
  silence: 'An operator silences its host.',
  unsilence: 'An operator ends that silence; then the next tick.',
  'replay ends': 'The replay that its cluster belongs to ends.',
} as const;
export type Event = keyof typeof events;

type Transition = Alert['transition'];

/** One transition of the table: the state before is its row's, the event its column's. */
export interface Cell {
  /** The state after the event. */
  readonly to: State;
  /** The records that are written, in order; those in brackets are muted, so that receivers get no notification. */
  readonly records?: readonly (Transition | `(${Transition})`)[];
  /**
   * The reason of the last decision: as the trace, a count or a silence's record names it. `no alert` where there is
   * nothing to decide, `another alert opens` where an anomaly opens an alert of its own.
   */
  readonly why: string;
}
