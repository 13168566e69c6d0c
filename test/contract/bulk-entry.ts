import { createHash } from 'node:crypto';
import { topics } from '../../functions/shared/log/topics.ts';
import type { BulkEntry } from '../../functions/shared/ports/bulk-log.ts';

/** @param hash the document's identity; `undefined` for a document without one */
export function entry(text: string, hash?: string, raisesVersion = false): BulkEntry {
  const record = { topic: topics.beats, partition: 0, key: null, value: Buffer.from(text), headers: {} };
  return { record, identity: hash === undefined ? undefined : { hash, raisesVersion } };
}

/** Returns a hash of 32 digits, which is another one for each text. */
export const hashOf = (text: string): string => createHash('md5').update(text).digest('hex');
