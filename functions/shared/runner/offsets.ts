import { PartitionStoppedError } from '../domain/errors.ts';
import type { LogRecord } from '../log/record.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { LedgerItem, LedgerKey } from '../ports/ledger.ts';
import type { Telemetry } from '../ports/telemetry.ts';

interface OffsetPorts {
  readonly eventLog: Pick<EventLog, 'earliestOffset'>;
  readonly telemetry: Telemetry;
}

/**
 * Returns the records that were not counted yet: those at or above the next offset of the ledger's item.
 *
 * Invariant COUNTED-ONCE: an offset below the next one was counted.
 * Invariant NO-SILENT-GAP: the first record returned has the next offset, or the records between expired at the broker.
 * @throws {PartitionStoppedError} if the offsets started over, or skip records that the broker still has
 */
export async function uncounted(
  key: LedgerKey,
  item: LedgerItem,
  records: readonly LogRecord[],
  ports: OffsetPorts,
): Promise<readonly LogRecord[]> {
  const fresh: LogRecord[] = [];
  let next = item.nextOffset;
  for (const record of records) {
    if (next !== null && record.offset < next) {
      if (record.timestampMs > item.newestRecordMs) throw startedOver(key, next, record);
      continue;
    }
    if (next !== null && record.offset > next) await explainGap(key, next, record, ports);
    fresh.push(record);
    next = record.offset + 1;
  }
  const dropped = records.length - fresh.length;
  if (dropped > 0) ports.telemetry.count('records_counted_before', dropped, { stage: key.stage });
  return fresh;
}

function startedOver(key: LedgerKey, next: number, record: LogRecord): PartitionStoppedError {
  return new PartitionStoppedError(
    `${key.stage} ${key.topic}/${key.partition}: offset ${record.offset} is below the next one, ${next}, ` +
      `yet the record is newer than all counted: the topic was recreated. Run "npx offbeat new-epoch ${key.stage}"`,
  );
}

async function explainGap(key: LedgerKey, next: number, record: LogRecord, ports: OffsetPorts): Promise<void> {
  const earliest = await ports.eventLog.earliestOffset(key.topic, key.partition);
  if (earliest <= next) {
    throw new PartitionStoppedError(
      `${key.stage} ${key.topic}/${key.partition}: expected offset ${next}, got ${record.offset}, and the broker ` +
        `still has ${earliest}: the records between were not passed in. Run "npx offbeat new-epoch ${key.stage}"`,
    );
  }
  const lost = Math.min(earliest, record.offset) - next;
  ports.telemetry.count('records_lost_by_broker', lost, { stage: key.stage });
  ports.telemetry.error('records expired before they were read', { ...key, expected: next, earliest, lost });
}
