import type { Layout } from '../domain/settings.ts';
import { heartbeatVersion } from '../domain/signal.ts';
import { header, type OutgoingRecord } from './record.ts';
import { partitionOf, topics } from './topics.ts';

/**
 * One heartbeat for every partition of `beats`. It has neither key nor content: the time at which the broker appends it
 * moves the clock of a partition on that nobody ships to.
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

/** A document as a Beat ships it, keyed by its host's name. */
export function beatRecord(document: Readonly<Record<string, unknown>>, { partitions }: Layout): OutgoingRecord {
  const key = hostName(document);
  const partition = partitionOf(key, partitions[topics.beats]);
  return { topic: topics.beats, partition, key, value: Buffer.from(JSON.stringify(document)), headers: {} };
}

function hostName({ host }: Readonly<Record<string, unknown>>): string | null {
  const name = typeof host === 'object' && host !== null && 'name' in host ? host.name : undefined;
  return typeof name === 'string' ? name : null;
}
