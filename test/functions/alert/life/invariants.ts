/**
 * The invariants of the life of an alert: each holds after every record, whatever the records are. Code cites them by
 * name where it keeps them, tests where they check them.
 */
export const invariants = {
  'ONE-ALERT-PER-ANOMALY': 'An anomaly is in at most one alert that is not resolved.',
  'OPENED-FIRST': 'The first record of an alert is `opened`, and no later one is.',
  'REVISION-RISES': 'The revision is 1 at first and rises by 1 with each record.',
  'STATUS-NEVER-RETURNS': 'The status moves only forward: `open`, `acknowledged` (which may be skipped), `resolved`.',
  'START-IS-FIXED': 'The start of an alert is the same in all its records.',
  'SEVERITY-NEVER-FALLS': 'The severity is the highest that any of its anomalies ever had, or to which it was raised.',
  'TIME-NEVER-RETURNS':
    'No record of an alert is dated before the one before it, unless a broker’s clock is set right.',
  'RESOLVED-ONCE': 'An alert has one record `resolved`, and none after it but those of feedback and comments.',
  'EVERY-ALERT-RESOLVES': 'As long as ticks go on, every alert resolves, even if nothing is reported of its anomalies.',
  'RESOLVE-FOLLOWS-ANNOUNCEMENT': 'The resolve is sent exactly if the alert was announced before.',
  'NAMED-BEFORE-RESOLVED': 'The resolve names no entity that no message of the alert named before.',
  'FIRST-PAGE-IS-NAMED': 'Every record names the revision of the first record that was sent, from that record on.',
  'ACKNOWLEDGED-IS-NOT-REPAGED':
    'An acknowledged alert pages again only if its severity rises or it spreads to another entity, and never repeats.',
  'SILENCED-DOES-NOT-PAGE': 'While silences match all its open anomalies, an alert sends nothing but its resolve.',
  'SHORT-INCIDENT-DOES-NOT-PAGE': 'An incident shorter than `groupWait` is recorded, and sent only if it is critical.',
  'CLOSED-OPENS-NOTHING':
    'For 8 days no report of an anomaly that closed opens an alert, for the last 10,000 of a cluster.',
  'REPEATED-RECORD-CHANGES-NOTHING': 'A record that is applied twice in a row has the effects of one.',
  'ONE-ORDER': 'Alerts do not depend on the order in which detect’s partitions are read.',
  'ANY-SPLIT': 'Effects and state do not depend on how the records are split into batches.',
  'TRACE-IS-BOUNDED': 'A trace holds its first 10 and its last 50 decisions.',
} as const;
export type Invariant = keyof typeof invariants;
