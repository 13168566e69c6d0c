import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { shown } from '../functions/shared/domain/shown.ts';

/** The request cannot be served, for a reason of its own. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * A request's body, unpacked.
 * @param bytesMax before and after unpacking, so that a small bomb cannot become a large one
 * @throws {HttpError} 413 if it is larger, 415 for an encoding other than gzip, 400 if it is not what it says
 */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
  if (encoding === 'identity') return gather(request, bytesMax);
  if (encoding !== 'gzip') throw new HttpError(415, `content-encoding ${shown(encoding)}: expected gzip or none`);
  try {
    const unpacked = createGunzip();
    // A client that goes away in the middle ends the unpacking with an error, which the reader gets.
    pipeline(request, unpacked, () => {});
    return await gather(unpacked, bytesMax);
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(400, `the body is not gzip: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function gather(stream: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

function tooLarge(bytesMax: number): HttpError {
  return new HttpError(413, `the body is larger than ${bytesMax} bytes; send less at once`);
}
