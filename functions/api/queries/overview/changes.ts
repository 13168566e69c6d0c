import type { SilenceRecord } from '../../../shared/domain/silence.ts';
import type { Changes } from '../../answers/overview.ts';
import type { Health } from '../../health.ts';
import type { Sources } from '../../sources.ts';
import { summaryOf } from './alert-summary.ts';
import { type CurrentAlerts, currentAlerts } from './current-alerts.ts';
import { type Cursor, cursorOf, readCursor, writeCursor } from './cursor.ts';
import { newestSample } from './overview.ts';
import { ownStatus } from './own-status.ts';
import { faultsOf, silencesOf } from './seen.ts';

/** The sources of what changed. */
export interface ChangesPorts extends Pick<Sources, 'reader'> {
  readonly health: () => Promise<Health>;
  readonly situation: () => Promise<SharedSituation>;
}

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
export async function findChanges(ports: ChangesPorts, { after, nowMs }: ChangesQuery): Promise<Changes> {
  const before = after === undefined ? undefined : readCursor(after);
  const [{ alerts, silences, faults, newestSampleMs }, health] = await Promise.all([ports.situation(), ports.health()]);
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

/** The part of the answer that is the same for all who ask. */
export interface SharedSituation extends Pick<Changes, 'newestSampleMs'> {
  readonly alerts: CurrentAlerts;
  readonly silences: readonly SilenceRecord[];
  readonly faults: readonly string[];
}

/** Reads what every open page asks for. @throws {UnavailableError} if a source does not answer */
export async function readSituation(sources: Sources, nowMs: number): Promise<SharedSituation> {
  const { warehouse, reader } = sources;
  const [alerts, silences, faults, newestSampleMs] = await Promise.all([
    currentAlerts(sources, { nowMs }),
    silencesOf(reader),
    warehouse === undefined ? [] : faultsOf(warehouse),
    warehouse === undefined ? null : newestSample(warehouse),
  ]);
  return { alerts, silences, faults, newestSampleMs };
}

/** Returns the alerts that the cursor knows as open and that are not among the current ones. */
async function endedOf({ reader }: ChangesPorts, before: Cursor | undefined, current: ReadonlySet<string>) {
  const missing = (before?.open ?? []).filter((id) => !current.has(id));
  const found = await Promise.all(missing.map((id) => reader.alert(id)));
  return found.flatMap((alert) => (alert === undefined ? [] : [summaryOf(alert)]));
}
