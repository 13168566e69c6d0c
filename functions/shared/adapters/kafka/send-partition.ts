import type { RefusedAppend } from '../../ports/event-log.ts';
import type { Indexed } from './chunks.ts';
import { refusalReason } from './errors.ts';

/** Appends one chunk as one record batch. It resolves when all replicas have the chunk. */
export type SendChunk = (chunk: readonly Indexed[]) => Promise<void>;

/**
 * Sends the chunks of one partition, each after the one before is acknowledged. A chunk that the broker refuses because of
 * its records is halved until the refused record is alone.
 * @param mayGoOn is called before each chunk; it throws the error that keeps the chunk from being sent
 * @returns the records that were refused, in order
 * @throws any other error of `send`; no chunk is sent after it
 * @see docs/decisions/0019-chunks-of-one-partition-in-order.md
 */
export async function sendPartition(
  chunks: readonly (readonly Indexed[])[],
  send: SendChunk,
  mayGoOn: () => void,
): Promise<RefusedAppend[]> {
  const refused: RefusedAppend[] = [];
  const left = [...chunks].reverse();
  while (left.length > 0) {
    const chunk = left.pop()!;
    mayGoOn();
    try {
      await send(chunk);
    } catch (error) {
      const reason = refusalReason(error);
      if (reason === undefined) throw error;
      const half = chunk.length >> 1;
      if (half === 0) refused.push({ index: chunk[0]!.index, reason });
      else left.push(chunk.slice(half), chunk.slice(0, half));
    }
  }
  return refused;
}
