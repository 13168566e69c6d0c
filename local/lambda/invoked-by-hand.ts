import { header, type OutgoingRecord } from '../../functions/shared/log/record.ts';
import type { Ports } from '../../functions/shared/ports/index.ts';
import { freshLedgerItem } from '../../functions/shared/ports/ledger.ts';

/**
 * Returns the ports for a stateless stage that is invoked by hand. The offsets and times of a hand-made event are not
 * those of the store's own topic. So the event does not advance the ledger, is not compared with it, and makes no ticks.
 * Its effects have no position, so that their readers count them as new.
 */
export function invokedByHand<Given extends Pick<Ports, 'eventLog' | 'ledger'>>(ports: Given): Given {
  const { eventLog, ledger } = ports;
  return {
    ...ports,
    eventLog: {
      append: (records) => eventLog.append(records.map(withoutPosition)),
      earliestOffset: (topic, partition) => eventLog.earliestOffset(topic, partition),
    },
    ledger: {
      // No time is later than NaN, so that no record makes a tick.
      read: async () => ({ ...freshLedgerItem, newestRecordMs: Number.NaN }),
      advance: async (_key, from) => from,
      clearPending: (...of) => ledger.clearPending(...of),
      raiseEpoch: (...of) => ledger.raiseEpoch(...of),
      keys: () => ledger.keys(),
    },
  };
}

function withoutPosition(record: OutgoingRecord): OutgoingRecord {
  const { [header.position]: _position, ...headers } = record.headers;
  return { ...record, headers };
}
