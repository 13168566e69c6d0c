import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Layout } from '../../../functions/shared/log/layout.ts';
import type { OutgoingRecord } from '../../../functions/shared/log/record.ts';
import { onePartitionEach, type PartitionCounts, topics } from '../../../functions/shared/log/topics.ts';
import { openStore, type Store } from '../../../local/sqlite/store.ts';
import { ManualClock } from '../memory-broker.ts';

/** Returns a path for a store that is removed after the test. */
export function newPath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'offbeat-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'offbeat.db');
}

export const layoutOf = (partitions: Partial<PartitionCounts> = {}): Layout => ({
  partitions: { ...onePartitionEach, ...partitions },
});

/** Opens a store that is closed after the test. */
export function open(
  path = ':memory:',
  layout = layoutOf(),
  clock = new ManualClock(),
): Store & { clock: ManualClock } {
  const store = openStore(path, layout, clock);
  onTestFinished(() => store.close());
  return { ...store, clock };
}

export function record(parts: Partial<OutgoingRecord> & { readonly text?: string } = {}): OutgoingRecord {
  const { text = '{}', ...rest } = parts;
  return { topic: topics.beats, partition: 0, key: null, value: Buffer.from(text), headers: {}, ...rest };
}

/** Records of beats with their number as value. */
export const numbered = (count: number, from = 0): OutgoingRecord[] =>
  Array.from({ length: count }, (_, nth) => record({ text: String(from + nth) }));
