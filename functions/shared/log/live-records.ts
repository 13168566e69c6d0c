import { heartbeatVersion } from '../domain/signal.ts';
import type { Layout } from './layout.ts';
import { header, type OutgoingRecord } from './record.ts';
import { partitionOf, topics } from './topics.ts';

/**
 * Returns one heartbeat for each partition of `beats`. A heartbeat has neither key nor value: its append time alone
 * advances the clock of a partition to which no shipper sends.
 */
export function heartbeatRecords({ partitions }: Layout): readonly OutgoingRecord[] {
  return Array.from({ length: partitions[topics.beats] }, (_, partition) => ({
    topic: topics.beats,
    partition,
    key: null,
    value: Buffer.alloc(0),
    headers: { [header.schema]: heartbeatVersion },
  }));
}

/** Returns a document as a Beat ships it, with the host's name as its key. */
export function beatRecord(document: Readonly<Record<string, unknown>>, { partitions }: Layout): OutgoingRecord {
  const key = hostName(document);
  const partition = partitionOf(key, partitions[topics.beats]);
  return { topic: topics.beats, partition, key, value: Buffer.from(JSON.stringify(document)), headers: {} };
}

function hostName({ host }: Readonly<Record<string, unknown>>): string | null {
  const name = typeof host === 'object' && host !== null && 'name' in host ? host.name : undefined;
  return typeof name === 'string' ? name : null;
}
