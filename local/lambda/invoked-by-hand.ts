import { header, type OutgoingRecord } from '../../functions/shared/log/record.ts';
import type { Ports } from '../../functions/shared/ports/index.ts';
import { freshLedgerItem } from '../../functions/shared/ports/ledger.ts';

/**
 * The ports of a stateless stage that is invoked by hand. Offsets and times of such an event are not those of the
 * store's own topic: they neither move nor guard its ledger, make no ticks, and what is sent has no position, so that its
 * readers count it as new.
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
      // No record is newer than what is no time: none makes a tick.
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
