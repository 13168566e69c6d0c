import { alertStep } from '../../../functions/alert/alert.ts';
import { type Alert, alertSchema, alertVersion } from '../../../functions/shared/domain/alert.ts';
import { type Anomaly, anomalyVersion } from '../../../functions/shared/domain/anomaly.ts';
import type { Entity } from '../../../functions/shared/domain/entity.ts';
import { anomalyId } from '../../../functions/shared/domain/ids.ts';
import { liveScope } from '../../../functions/shared/domain/sample.ts';
import type { Series } from '../../../functions/shared/domain/series.ts';
import { defaultSettings, type Settings } from '../../../functions/shared/domain/settings.ts';
import {
  type Command,
  commandVersion,
  endVersion,
  type Tick,
  tickVersion,
} from '../../../functions/shared/domain/signal.ts';
import { type SilenceRecord, silenceSchema, silenceVersion } from '../../../functions/shared/domain/silence.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { type Effect, header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { StepContext } from '../../../functions/shared/runner/step.ts';

export type AlertState = ReturnType<typeof alertStep.open>;

/** The midnight before the times of the tests. */
export const midnightMs = Date.parse('2026-11-23T00:00:00Z');

/** Returns the time of that day, such as `00:30:10`, in ms. */
export const at = (clock: string): number => Date.parse(`2026-11-23T${clock.length === 5 ? `${clock}:00` : clock}Z`);

/** The settings of alerts in these tests: each waiting period can be told from the others, and nothing is raised. */
export const alertSettings: Settings['alerts'] = {
  ...defaultSettings.alerts,
  groupWait: 30_000,
  criticalAfter: 30 * 86_400_000,
  criticalEntities: 1_000_000,
};

export const contextOf = (alerts: Partial<Settings['alerts']> = {}, parts: Partial<Settings> = {}): StepContext => ({
  settings: { ...defaultSettings, ...parts, alerts: { ...alertSettings, ...alerts } },
  layout: defaultLayout,
  topic: topics.signals,
  partition: 0,
});

export const context = contextOf();

export const seriesAt = (
  kind: Entity['kind'],
  name: string,
  metric = 'system.diskio.write.bytes',
  cluster = 'prod',
): Series => ({ entity: { cluster, kind, name }, metric, dimensions: {} });

/**
 * Returns an open anomaly of the disk writes of host `a` since midnight, changed by `parts`. Its id is the one that
 * detect makes.
 */
export function anomaly(parts: Partial<Anomaly> = {}): Anomaly {
  const { series = seriesAt('host', 'a'), startsAtMs = midnightMs } = parts;
  return {
    id: anomalyId(series, startsAtMs),
    revision: 1,
    state: 'open',
    kind: 'deviation',
    series,
    dataset: 'system.diskio',
    startsAtMs,
    updatedAtMs: startsAtMs + 20_000,
    peak: 90e6,
    expected: 2e6,
    lower: 1e6,
    upper: 3e6,
    unit: 'By/s',
    score: 0.99,
    zScore: 9,
    direction: 'up',
    detector: 'ewma',
    severity: 'warning',
    reason: 'diskio write bytes on a at 90 MB/s, expected 1 to 3 MB/s',
    scope: liveScope,
    ...parts,
  };
}

/** Returns the next revision of an anomaly, which closes it. */
export const closed = (open: Anomaly, endsAtMs: number, updatedAtMs = endsAtMs + 50_000): Anomaly => ({
  ...open,
  revision: open.revision + 1,
  state: 'closed',
  endsAtMs,
  updatedAtMs,
  closedBecause: 'back to normal',
});

/**
 * Returns an anomaly's record on `signals`.
 * @param tickMs the newest tick of its lane, ms; without one the anomaly is applied at once after the first tick
 */
export function anomalyRecord(reported: Anomaly, detectPartition = 0, tickMs?: number): LogRecord {
  const record = recordOf(anomalyVersion, reported);
  const tick = tickMs === undefined ? {} : { [header.tick]: String(tickMs) };
  return { ...record, headers: { ...record.headers, [header.detectPartition]: String(detectPartition), ...tick } };
}
export const tick = (timeMs: number, parts: Partial<Tick> = {}): LogRecord =>
  appendedAt(
    timeMs,
    recordOf(tickVersion, { scope: liveScope, timeMs, detectPartition: 0, detectPartitions: 1, ...parts }),
  );
export const end = (timeMs: number, scope: string, parts: Partial<Tick> = {}): LogRecord =>
  appendedAt(timeMs, recordOf(endVersion, { scope, timeMs, detectPartition: 0, detectPartitions: 1, ...parts }));
/** Returns a record with another append time. */
export const appendedAt = (timestampMs: number, record: LogRecord): LogRecord => ({ ...record, timestampMs });

export const commandRecord = (command: Command): LogRecord =>
  appendedAt(command.atMs, recordOf(commandVersion, command));

/** Returns a tick every 10 s, from `fromMs` to `toMs`, both included. */
export function ticks(fromMs: number, toMs: number, parts: Partial<Tick> = {}): LogRecord[] {
  return Array.from({ length: Math.floor((toMs - fromMs) / 10_000) + 1 }, (_, nth) =>
    tick(fromMs + nth * 10_000, parts),
  );
}

export function recordOf(schema: string, value: unknown): LogRecord {
  return {
    topic: topics.signals,
    partition: 0,
    offset: 0,
    timestampMs: 0,
    key: 'prod',
    value: Buffer.from(JSON.stringify(value)),
    headers: { [header.schema]: schema },
  };
}

/** Applies records in order to a state, or to a new one. */
export function run(
  records: readonly LogRecord[],
  state: AlertState = alertStep.open(new Map(), context),
  where: StepContext = context,
): { readonly state: AlertState; readonly effects: readonly Effect[]; readonly alerts: readonly Alert[] } {
  const effects = records.flatMap((record) => [...alertStep.apply(state, record, where)]);
  return { state, effects, alerts: alertsOf(effects) };
}

/** Returns the alerts among effects. @throws {ZodError} if one does not fit the schema */
export function alertsOf(effects: readonly Effect[]): Alert[] {
  return effects
    .filter(({ topic, headers }) => topic === topics.alerts && headers[header.schema] === alertVersion)
    .map(({ value }) => alertSchema.parse(JSON.parse(value.toString())));
}

/** Returns the records of silences among effects. @throws {ZodError} if one does not fit the schema */
export function silencesOf(effects: readonly Effect[]): SilenceRecord[] {
  return effects
    .filter(({ headers }) => headers[header.schema] === silenceVersion)
    .map(({ value }) => silenceSchema.parse(JSON.parse(value.toString())));
}

/** Returns the time and transition of each record, such as `00:30:40 opened`; muted ones are in brackets. */
export function story(alerts: readonly Alert[]): string[] {
  return alerts.map(({ updatedAtMs, transition, notify }) => {
    const clock = new Date(updatedAtMs).toISOString().slice(11, 19);
    return notify ? `${clock} ${transition}` : `${clock} (${transition})`;
  });
}

export const reasonsOf = (alert: Alert | undefined): string[] =>
  (alert?.trace ?? []).map(({ stage, reason }) => `${stage}: ${reason}`);
