import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import { shown } from '../../functions/shared/domain/shown.ts';
import { bodyPieces, ChunkCounter, tooLarge } from './body-pieces.ts';
import { type HttpBody, HttpError } from './http.ts';

/** Checks the length that the head of a request states. @throws {HttpError} 413 if it is too large */
export function refuseLength(request: IncomingMessage, bytesMax: number): void {
  if (lengthOf(request) > bytesMax) throw tooLarge(bytesMax);
}

const lengthOf = ({ headers }: IncomingMessage): number => Number(headers['content-length'] ?? 0);

/** The size of unpacked pieces. With larger pieces than the default of 16 KB, fewer lines are divided between two. */
const unpackedPieceBytes = 64 * 1024;

/**
 * Yields the body of a request, unpacked, piece by piece. Stops at the first byte above the limit, and leaves the rest in
 * the request, which is not closed.
 * @param bytesMax the limit before and after unpacking, because a small packed body can become a very large one
 * @throws {HttpError} 413 if the body is larger, 415 for an encoding other than gzip, 400 if it is not gzip
 */
export async function* unpackedBody(request: IncomingMessage, bytesMax: number): HttpBody & AsyncGenerator<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  if (encoding === 'identity') yield* bodyPieces(request, bytesMax);
  else if (encoding === 'gzip') yield* unzipped(request, bytesMax);
  else throw new HttpError(415, `content-encoding ${shown(encoding)}: expected gzip or none`);
}

async function* unzipped(request: IncomingMessage, bytesMax: number): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: unpackedPieceBytes });
  const packed = Readable.from(bodyPieces(request, bytesMax));
  // If the client leaves before the end, the unpacking ends with an error, which the reader gets.
  packed.once('error', (error) => gunzip.destroy(error));
  packed.pipe(gunzip);
  try {
    let bytes = 0;
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > bytesMax) throw tooLarge(bytesMax);
      yield piece;
    }
  } catch (error) {
    if (error instanceof HttpError || request.socket.destroyed) throw error;
    throw new HttpError(400, `the body is not gzip: ${messageOf(error)}`);
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}

/** Returns the whole body. */
export async function wholeBody(body: HttpBody): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The bytes that a client may go on sending after its request was refused: as much as Elasticsearch accepts at once. */
export const discardedBytesMax = 100_000_000;

/** Returns whether the rest of a body is small enough to be discarded, so that its connection can serve another request. */
export function mayDiscard(request: IncomingMessage): boolean {
  return lengthOf(request) <= discardedBytesMax;
}

/**
 * Discards the rest of a body that is not read. Many clients send the whole body before they read the answer, and would
 * otherwise find the connection closed.
 */
export function discardRest(request: IncomingMessage): void {
  const counter = new ChunkCounter(request, discardedBytesMax);
  request.on('data', (chunk: Buffer) => {
    if (counter.isTooLargeWith(chunk)) request.destroy();
  });
  request.on('error', () => {});
  request.resume();
}
