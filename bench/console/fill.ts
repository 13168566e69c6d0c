import { dayMs, hourMs, minuteMs } from '../../functions/shared/domain/durations.ts';
import type { Warehouse, WarehouseWrite } from '../../functions/shared/ports/warehouse.ts';
import { alertAt, hostCount, minutesAt, samplePeriodMs, samplesAt } from './documents.ts';

/** The lengths of time of which a warehouse is filled, ms. */
export interface Filled {
  readonly summariesMs: number;
  readonly samplesMs: number;
}

/** The lengths of a whole day of minutes and of 15 minutes of samples. */
export const wholeDay: Filled = { summariesMs: dayMs, samplesMs: 15 * minuteMs };

/** The numbers of alerts: as after a bad day. */
const [openAlerts, resolvedAlerts] = [20, 500];

const hosts = Array.from({ length: hostCount }, (_, nth) => nth);

/**
 * Writes what a fleet has sent until a moment, in the order of time.
 * @param nowMs the moment, at a full minute
 * @returns the number of documents
 */
export async function fill(warehouse: Warehouse, nowMs: number, { summariesMs, samplesMs }: Filled): Promise<number> {
  let documents = 0;
  const write = async (writes: readonly WarehouseWrite[]): Promise<void> => {
    const [refused] = await warehouse.write(writes);
    if (refused !== undefined) throw new Error(`the warehouse refused a document: ${refused.reason}`);
    documents += writes.length;
  };
  for (let minute = nowMs - summariesMs; minute < nowMs; minute += minuteMs)
    await write(hosts.flatMap((host) => minutesAt(host, minute)));
  for (let at = nowMs - samplesMs; at < nowMs; at += samplePeriodMs)
    await write(hosts.flatMap((host) => samplesAt(host, at)));
  for (let nth = 0; nth < openAlerts + resolvedAlerts; nth += 1)
    await write(alertAt(nth, nowMs - 10 * minuteMs - nth * (hourMs / 20), nth < openAlerts));
  return documents;
}
