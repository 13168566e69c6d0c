import type { Socket } from 'node:net';

/** The key of a request for the versions of requests, with which every connection of the client begins. */
const apiVersions = 18;

/** An answer to a request: the bytes that follow its length and its number. */
export type Lie = (request: { readonly apiKey: number; readonly version: number }) => Buffer;

/** Returns an answer that lists requests with the versions that the broker claims to understand. */
export function versionsAnswer(ranges: readonly (readonly [apiKey: number, min: number, max: number])[]): Buffer {
  const entries = ranges.map(([apiKey, min, max]) =>
    Buffer.concat([int16(apiKey), int16(min), int16(max), Buffer.of(0)]),
  );
  return Buffer.concat([int16(0), Buffer.of(ranges.length + 1), ...entries, int32(0), Buffer.of(0)]);
}

/** Answers each request on a connection: what to say about versions is separate, so that the client goes on to other requests. */
export const lying =
  (versions: Buffer, lie: Lie) =>
  (socket: Socket): void => {
    let unread: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      unread = Buffer.concat([unread, chunk]);
      while (unread.length >= 4 && unread.length >= 4 + unread.readInt32BE(0)) {
        const request = unread.subarray(4, 4 + unread.readInt32BE(0));
        unread = unread.subarray(4 + request.length);
        const [apiKey, version] = [request.readInt16BE(0), request.readInt16BE(2)];
        const body = apiKey === apiVersions ? versions : lie({ apiKey, version });
        socket.write(Buffer.concat([int32(4 + body.length), request.subarray(4, 8), body]));
      }
    });
  };

/** Returns a number as 2 bytes. */
export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

/** Returns a number as 4 bytes. */
export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
