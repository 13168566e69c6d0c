import type { Changes } from '../../answers/overview.ts';
import { summaryOf } from './alert-summary.ts';
import { currentAlerts } from './current-alerts.ts';
import { type Cursor, cursorOf, readCursor, writeCursor } from './cursor.ts';
import { newestSample, type OverviewPorts } from './overview.ts';
import { ownStatus } from './own-status.ts';
import { faultsOf, silencesOf } from './seen.ts';

/** A question for what changed. */
export interface ChangesQuery {
  /** The cursor of the answer before. @default everything is new */
  readonly after?: string | undefined;
  readonly nowMs: number;
}

/**
 * Returns what changed since a cursor, for a page that asks every 2 seconds. If any alert changed, all that a person on call looks at
 * are returned, and those that were open before and are resolved now.
 * @throws {Problem} 400, if the cursor is none
 * @throws {UnavailableError} if a source does not answer
 */
export async function findChanges(ports: OverviewPorts, { after, nowMs }: ChangesQuery): Promise<Changes> {
  const { warehouse, reader } = ports;
  const before = after === undefined ? undefined : readCursor(after);
  const [alerts, silences, faults, newestSampleMs, health] = await Promise.all([
    currentAlerts(reader, { nowMs }),
    silencesOf(reader),
    warehouse === undefined ? [] : faultsOf(warehouse),
    warehouse === undefined ? null : newestSample(warehouse),
    ports.health(),
  ]);
  const cursor = cursorOf({ ...alerts, silences, faults });
  const current = [...alerts.open, ...alerts.resolved];
  const isNew = before?.alerts !== cursor.alerts;
  return {
    cursor: writeCursor(cursor),
    alerts: isNew ? [...current, ...(await endedOf(ports, before, new Set(current.map(({ id }) => id))))] : [],
    silences: before?.silences !== cursor.silences,
    inventory: before?.inventory !== cursor.inventory,
    newestSampleMs,
    nowMs,
    offbeat: ownStatus(health),
  };
}

/** Returns the alerts that the cursor knows as open and that are not among the current ones. */
async function endedOf({ reader }: OverviewPorts, before: Cursor | undefined, current: ReadonlySet<string>) {
  const missing = (before?.open ?? []).filter((id) => !current.has(id));
  const found = await Promise.all(missing.map((id) => reader.alert(id)));
  return found.flatMap((alert) => (alert === undefined ? [] : [summaryOf(alert, new Set())]));
}
