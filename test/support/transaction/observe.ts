import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { LedgerItem } from '../../../functions/shared/ports/ledger.ts';
import { decodeTransaction } from '../../../functions/shared/runner/transaction-object.ts';
import { type Chain, upstream } from '../chain.ts';
import type { State } from './specification.ts';

/** Returns the state of a partition, as its ledger item, its objects, the log and the current batch show it. */
export async function observe(chain: Chain, batch: readonly LogRecord[]): Promise<State> {
  const { ledger, objects } = chain.ports;
  if (!ledger.items.has(`${upstream.stage} ${upstream.topic}/${upstream.partition}`)) return 'fresh';
  const item = await ledger.read(upstream);
  if (item.pending !== null) return pendingState(chain, item.pending);
  const isLost = Object.values(item.blocks).some((ref) => 'object' in ref && !objects.objects.has(ref.object));
  if (isLost) return 'state lost';
  return item.nextOffset === null ? 'reopened' : offsetState(chain, batch, item, item.nextOffset);
}

function pendingState({ ports }: Chain, pending: string): State {
  const bytes = ports.objects.objects.get(pending);
  if (bytes === undefined) return 'effects lost';
  const positions = new Set(ports.eventLog.records(topics.signals).map(positionOf));
  return decodeTransaction(pending, bytes).effects.every((effect) => positions.has(positionOf(effect)))
    ? 'sent'
    : 'pending';
}

const positionOf = ({ headers }: Pick<LogRecord, 'headers'>): string | undefined => headers[header.position];

async function offsetState(
  { ports }: Chain,
  batch: readonly LogRecord[],
  { newestRecordMs }: LedgerItem,
  nextOffset: number,
): Promise<State> {
  if (batch.some(({ offset, timestampMs }) => offset < nextOffset && timestampMs > newestRecordMs)) return 'recreated';
  const next = batch.find(({ offset }) => offset >= nextOffset);
  if (next === undefined || next.offset === nextOffset) return 'settled';
  const earliest = await ports.eventLog.earliestOffset(upstream.topic, upstream.partition);
  return earliest <= nextOffset ? 'skipped' : 'expired';
}
