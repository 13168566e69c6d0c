import type { MskDocument } from '../functions/collect/msk/documents.ts';
import { iecBytes } from '../functions/shared/domain/iec.ts';
import { type Line, limitedTable, statusLine } from './table.ts';
import { counted } from './words.ts';

/** The most rows of the table of brokers. */
const rowsMax = 50;

/** Returns the lines that show a cluster of MSK to a person: its status, its numbers, and its brokers. */
export function mskLines(documents: readonly MskDocument[]): Line[] {
  const [first] = documents;
  const cluster = first?.msk.cluster;
  if (first === undefined || cluster === undefined) return [];
  const { state, version, kind, brokers, instance_type: type, storage, storage_mode: mode } = cluster;
  const facts = [
    ...[state, version === undefined ? undefined : `Kafka ${version}`, kind].filter((text) => text !== undefined),
    ...(brokers === undefined ? [] : [counted(brokers.count, 'broker')]),
    ...(type === undefined ? [] : [type]),
    ...(storage === undefined ? [] : [`${iecBytes(storage.bytes)} of disks`]),
    ...(mode === undefined ? [] : [mode]),
  ];
  return [
    statusLine(`msk ${first.service.address}`, cluster),
    ...(facts.length === 0 ? [] : [[`  ${facts.join(', ')}`]]),
    ...brokerTable(documents),
  ];
}

function brokerTable(documents: readonly MskDocument[]): Line[] {
  const rows = documents.flatMap(({ msk: { broker } }) => {
    if (broker === undefined) return [];
    const { id, address, ip, version, instance_type: type, storage } = broker;
    const disk = storage === undefined ? '-' : iecBytes(storage.bytes);
    return [[`${id}`, address ?? '-', ip ?? '-', version ?? '-', type ?? '-', disk]];
  });
  return limitedTable(['broker', 'address', 'ip', 'version', 'type', 'disk'], rows, { one: 'broker', rowsMax });
}
