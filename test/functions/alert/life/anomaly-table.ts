/** The states of an anomaly in the alert stage, and what each means. */
export const anomalyStates = {
  unknown: 'No report of it was read, or it was forgotten.',
  held: 'It waits under its tick until every detect partition has passed that tick.',
  open: 'It is an open member of one alert.',
  closed: 'It ended. Its id is remembered for 8 days, among the last 10,000 of its cluster.',
  dismissed: 'It is open, and an operator resolved its alert.',
} as const;
export type AnomalyState = keyof typeof anomalyStates;

/** The events that can happen to an anomaly. */
export const anomalyEvents = {
  'report before its tick': 'Its next revision is read, and its tick has not passed.',
  'report after its tick': 'Its next revision is read, and its tick has passed.',
  'same report again': 'Its newest revision is read a second time, redriven without a tick.',
  'report of its end': 'Its next revision is read, which closes it.',
  'tick passes': 'Every detect partition passes the next tick.',
  'hour without a report': 'Ticks for 70 min, in which it is not repeated.',
  'alert resolved by an operator': 'An operator resolves its alert.',
  'replay ends': 'The replay that it belongs to ends.',
  '8 days pass': 'Ticks for 70 min, then a tick that is 8 days later.',
} as const;
export type AnomalyEvent = keyof typeof anomalyEvents;

/** One transition of the table of anomalies. */
export interface AnomalyCell {
  /** The state after the event. */
  readonly to: AnomalyState;
  /**
   * The counts that rose, or else what happened: `waits for its tick`, `joins an alert`, `is closed`, `is dismissed`,
   * `is forgotten`, `nothing`.
   */
  readonly why: string;
}

/**
 * The life of an anomaly in the alert stage: what each event does in each state. A cell that is missing does not
 * compile. `docs/alert-life.md` shows this table, and `anomaly-life.test.ts` applies each cell to the real step.
 */
export const anomalyTable = {
  unknown: {
    'report before its tick': { to: 'held', why: 'waits for its tick' },
    'report after its tick': { to: 'open', why: 'anomaly after its tick' },
    'same report again': { to: 'open', why: 'joins an alert' },
    'report of its end': { to: 'closed', why: 'is closed' },
    'tick passes': { to: 'unknown', why: 'nothing' },
    'hour without a report': { to: 'unknown', why: 'nothing' },
    'alert resolved by an operator': { to: 'unknown', why: 'command for an unknown alert' },
    'replay ends': { to: 'unknown', why: 'nothing' },
    '8 days pass': { to: 'unknown', why: 'nothing' },
  },
  held: {
    'report before its tick': { to: 'held', why: 'waits for its tick' },
    'report after its tick': { to: 'open', why: 'anomaly after its tick' },
    'same report again': { to: 'open', why: 'joins an alert' },
    'report of its end': { to: 'closed', why: 'is closed' },
    'tick passes': { to: 'open', why: 'joins an alert' },
    'hour without a report': { to: 'closed', why: 'is closed' },
    'alert resolved by an operator': { to: 'held', why: 'command for an unknown alert' },
    'replay ends': { to: 'unknown', why: 'is forgotten' },
    '8 days pass': { to: 'unknown', why: 'is forgotten' },
  },
  open: {
    'report before its tick': { to: 'open', why: 'waits for its tick' },
    'report after its tick': { to: 'open', why: 'anomaly after its tick' },
    'same report again': { to: 'open', why: 'anomaly revision known' },
    'report of its end': { to: 'closed', why: 'is closed' },
    'tick passes': { to: 'open', why: 'nothing' },
    'hour without a report': { to: 'closed', why: 'is closed' },
    'alert resolved by an operator': { to: 'dismissed', why: 'is dismissed' },
    'replay ends': { to: 'unknown', why: 'is forgotten' },
    '8 days pass': { to: 'unknown', why: 'is forgotten' },
  },
  closed: {
    'report before its tick': { to: 'closed', why: 'waits for its tick' },
    'report after its tick': { to: 'closed', why: 'anomaly after its tick and anomaly closed before' },
    'same report again': { to: 'closed', why: 'anomaly closed before' },
    'report of its end': { to: 'closed', why: 'anomaly closed before' },
    'tick passes': { to: 'closed', why: 'nothing' },
    'hour without a report': { to: 'closed', why: 'nothing' },
    'alert resolved by an operator': { to: 'closed', why: 'nothing' },
    'replay ends': { to: 'unknown', why: 'is forgotten' },
    '8 days pass': { to: 'unknown', why: 'is forgotten' },
  },
  dismissed: {
    'report before its tick': { to: 'dismissed', why: 'waits for its tick' },
    'report after its tick': {
      to: 'dismissed',
      why: 'anomaly after its tick and anomaly of an alert resolved by an operator',
    },
    'same report again': { to: 'dismissed', why: 'anomaly of an alert resolved by an operator' },
    'report of its end': { to: 'closed', why: 'anomaly of an alert resolved by an operator' },
    'tick passes': { to: 'dismissed', why: 'nothing' },
    'hour without a report': { to: 'closed', why: 'is closed' },
    'alert resolved by an operator': { to: 'dismissed', why: 'command for an unknown alert' },
    'replay ends': { to: 'unknown', why: 'is forgotten' },
    '8 days pass': { to: 'unknown', why: 'is forgotten' },
  },
} as const satisfies Record<AnomalyState, Record<AnomalyEvent, AnomalyCell>>;
