import type { IncomingMessage } from 'node:http';
import { HttpError } from './http.ts';

/** The number of chunks of any size that a body may begin with. */
export const smallChunksMax = 10_000;
/** The least bytes that all chunks of a longer body must have on average. */
export const chunkBytesMin = 16;

/** The bytes that are read before the reader has asked for them. */
const aheadBytes = 64 * 1024;
const joinedChunks = 256;

/**
 * Counts the chunks of a body as they arrive. Closes the connection at once if they are too small: to read on, only to be
 * able to answer, would cost as much as to accept them.
 */
export class ChunkCounter {
  readonly #request: IncomingMessage;
  readonly #bytesMax: number;
  #bytes = 0;
  #chunks = 0;

  constructor(request: IncomingMessage, bytesMax: number) {
    this.#request = request;
    this.#bytesMax = bytesMax;
  }

  /** Counts a chunk. @returns whether the body is too large with it */
  isTooLargeWith({ length }: Buffer): boolean {
    this.#bytes += length;
    this.#chunks += 1;
    if (this.#chunks > smallChunksMax && this.#bytes < this.#chunks * chunkBytesMin) this.#request.socket.destroy();
    return this.#bytes > this.#bytesMax;
  }
}

/** Returns the error for a body that is too large. */
export function tooLarge(bytesMax: number): HttpError {
  return new HttpError(413, `the body is larger than ${bytesMax} bytes; send less at once`);
}

/**
 * Yields a body as it arrives. Joins small chunks to larger pieces, because a chunk of one byte needs 300 bytes of memory.
 * Closes the connection if the chunks are too small, as {@link ChunkCounter} counts them.
 * @param bytesMax the limit for the body as it is sent, before unpacking
 * @throws {HttpError} 413 if the body is larger
 */
export async function* bodyPieces(request: IncomingMessage, bytesMax: number): AsyncGenerator<Buffer> {
  const counter = new ChunkCounter(request, bytesMax);
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let failed: Error | undefined;
  let hasEnded = request.readableEnded;
  let wake = Promise.withResolvers<void>();

  const onData = (chunk: Buffer): void => {
    if (counter.isTooLargeWith(chunk)) failed ??= tooLarge(bytesMax);
    if (failed === undefined) {
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (waiting.length === joinedChunks) waiting = [Buffer.concat(waiting)];
      if (waitingBytes >= aheadBytes) request.pause();
    } else request.pause();
    wake.resolve();
  };
  const onEnd = (): void => {
    hasEnded = true;
    wake.resolve();
  };
  const onError = (error: Error): void => {
    failed ??= error;
    wake.resolve();
  };
  const onClose = (): void => {
    if (!hasEnded) onError(new Error('the client has left'));
  };
  request.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  try {
    while (true) {
      if (failed !== undefined) throw failed;
      if (waitingBytes > 0) {
        const piece = waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting);
        [waiting, waitingBytes] = [[], 0];
        request.resume();
        yield piece;
      } else if (hasEnded) return;
      else {
        wake = Promise.withResolvers();
        await wake.promise;
      }
    }
  } finally {
    request.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
    request.pause();
  }
}
