import type { RefusedAppend } from '../../ports/event-log.ts';
import type { Indexed } from './chunks.ts';
import { refusalReason } from './errors.ts';

/** Appends one chunk as one record batch; resolves when all replicas have it. */
export type SendChunk = (chunk: readonly Indexed[]) => Promise<void>;

/**
 * The chunks of one partition, one after the other: the next is sent only after the one before is acknowledged. A
 * chunk that the broker refuses for what is in it is halved until the record to blame stands alone.
 * @param mayGoOn asked before each chunk; throws what keeps it from being sent
 * @returns the records that were refused, in order
 * @throws whatever else `send` does; nothing is sent after it
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
