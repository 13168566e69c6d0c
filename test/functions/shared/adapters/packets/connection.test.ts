import type { Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Answer } from '../../../../../functions/shared/adapters/packets/answer.ts';
import { packetNetwork } from '../../../../../functions/shared/adapters/packets/connection.ts';
import { encodePacket } from '../../../../../functions/shared/adapters/packets/frame.ts';
import {
  type PacketConnection,
  PacketError,
  type PacketRequest,
} from '../../../../../functions/shared/ports/packet-network.ts';
import { patience } from '../../../../support/patience.ts';
import { claim, FakeStorage, keepAlive } from '../../../collect/storage/fake-storage.ts';

const request: PacketRequest = {
  name: 'INFO',
  type: 510,
  body: new Uint8Array(0),
  answerType: 511,
  answerBytesMax: 1_000,
};
const body = Buffer.from('the answer');
const answer = encodePacket(511, body);
const limits = { connectMs: 60_000, idleMs: 60_000 };

let storage: FakeStorage;
beforeEach(() => {
  storage = new FakeStorage();
});
afterEach(() => storage.close());

/** Connects to a server that behaves in this way, and asks it. */
async function ask(
  behaviour: Buffer | ((socket: Socket) => void),
  { idleMs = 60_000, signal = new AbortController().signal } = {},
): Promise<Uint8Array> {
  const port = await storage.serve({ 510: behaviour });
  const connection = await open(port, idleMs, signal);
  try {
    return await connection.ask(request);
  } finally {
    connection.close();
  }
}

const open = (port: number, idleMs = 60_000, signal = new AbortController().signal): Promise<PacketConnection> =>
  packetNetwork.open({ host: '127.0.0.1', port }, { ...limits, idleMs }, signal);

/** Returns what a request fails with. */
async function failureOf(asking: Promise<unknown>): Promise<{ readonly failure: string; readonly message: string }> {
  const error = await asking.then(
    () => new Error('it was answered'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PacketError);
  const { failure, message } = error as PacketError;
  return { failure, message: message.replace(/127\.0\.0\.1:\d+/, 'SERVER') };
}

/** Writes bytes one by one, each after the one before has been sent. */
function byteByByte(socket: Socket, bytes: Buffer): void {
  if (bytes.length > 0) socket.write(bytes.subarray(0, 1), () => byteByByte(socket, bytes.subarray(1)));
}

describe('a connection to a server of packets', () => {
  it('returns the body of the answer', async () => {
    expect(Buffer.from(await ask(answer)).toString()).toBe('the answer');
  });

  it('returns an answer that arrives one byte at a time', async () => {
    expect(Buffer.from(await ask((socket) => byteByByte(socket, answer))).toString()).toBe('the answer');
  });

  it('returns an empty answer', async () => {
    expect(await ask(encodePacket(511, Buffer.alloc(0)))).toHaveLength(0);
  });

  it('skips packets that keep the connection alive, before and between answers', async () => {
    const port = await storage.serve({ 510: Buffer.concat([keepAlive, keepAlive, answer, keepAlive]) });
    const connection = await open(port);
    for (let nth = 0; nth < 3; nth += 1)
      expect(Buffer.from(await connection.ask(request)).toString()).toBe('the answer');
    connection.close();
  });

  it('closes its side of the connection when it is closed', async () => {
    const connection = await open(await storage.serve({}));
    await vi.waitUntil(() => storage.loopback.open === 1, patience);
    connection.close();
    await vi.waitUntil(() => storage.loopback.open === 0, patience);
  });
});

describe('a server that lies', () => {
  it('with a length of 4 GB is refused at its header', async () => {
    expect(await failureOf(ask(claim(511, 0xffffffff)))).toEqual({
      failure: 'unexpected',
      message: 'SERVER sent an answer to INFO of 4294967295 bytes, expected 1000 at most',
    });
  });

  it('with another type is refused', async () => {
    expect(await failureOf(ask(encodePacket(501, body)))).toEqual({
      failure: 'unexpected',
      message: 'SERVER sent a packet of type 501 and 10 bytes, expected type 511 after INFO',
    });
  });

  it('with the text of another protocol is refused', async () => {
    const { failure, message } = await failureOf(ask(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect([failure, message]).toEqual(['unexpected', expect.stringContaining('packet of type 1213486160')]);
  });

  it('without end is read as far as the answer, and no further', async () => {
    const zeros = Buffer.alloc(65_536);
    let sent = 0;
    const pour = (socket: Socket): void => {
      const more = (): void => {
        if (!socket.writable) return;
        sent += zeros.length;
        socket.write(zeros, more);
      };
      socket.write(answer, more);
    };
    const port = await storage.serve({ 510: pour });
    const connection = await open(port);
    expect(Buffer.from(await connection.ask(request)).toString()).toBe('the answer');
    // Zeros are packets of type 0 and length 0: they are skipped, but not without end.
    expect(await failureOf(connection.ask(request))).toEqual({
      failure: 'unexpected',
      message: 'SERVER sent 4104 bytes to keep the connection alive, expected 4096 at most before the answer to INFO',
    });
    await vi.waitUntil(() => storage.loopback.open === 0, patience);
    // What the systems of both sides buffer, at most.
    expect(sent).toBeLessThan(64 * 1_024 * 1_024);
  });

  it('with one packet of 4 GB to keep the connection alive is refused', async () => {
    const { failure, message } = await failureOf(ask(claim(0, 0xffffffff)));
    expect([failure, message]).toEqual(['unexpected', expect.stringContaining('4294967303 bytes to keep')]);
  });
});

describe('a server that does not answer', () => {
  it('and is silent is given up after the idle time', async () => {
    expect(await failureOf(ask(() => {}, { idleMs: 50 }))).toEqual({
      failure: 'silent',
      message: 'SERVER sent nothing for 50 ms, asked for INFO',
    });
  });

  it('and stops in the middle of its answer is given up after the idle time', async () => {
    expect(await failureOf(ask(answer.subarray(0, 12), { idleMs: 50 }))).toMatchObject({ failure: 'silent' });
  });

  it('and sends byte by byte without end is given up when the whole collection takes too long', async () => {
    const dripping = (socket: Socket): void => {
      socket.write(claim(511, 1_000), function again() {
        if (socket.writable) setTimeout(() => socket.write('.', again), 5);
      });
    };
    expect(await failureOf(ask(dripping, { signal: AbortSignal.timeout(150) }))).toEqual({
      failure: 'silent',
      message: 'SERVER gave no answer in time: the collection took too long, asked for INFO',
    });
  });

  it('and closes the connection says how far its answer came', async () => {
    const half = (socket: Socket): void => void socket.end(answer.subarray(0, 12));
    expect(await failureOf(ask(half))).toEqual({
      failure: 'closed',
      message: 'SERVER closed the connection after 4 of 10 bytes, asked for INFO',
    });
    const none = (socket: Socket): void => void socket.end();
    expect(await failureOf(ask(none))).toMatchObject({
      message: 'SERVER closed the connection after 0 of 8 bytes of the header, asked for INFO',
    });
  });

  it('and resets the connection is closed', async () => {
    expect(await failureOf(ask((socket) => void socket.resetAndDestroy()))).toMatchObject({ failure: 'closed' });
  });

  it('and is not there refuses', async () => {
    expect(await failureOf(open(await storage.loopback.deadPort()))).toEqual({
      failure: 'refused',
      message: 'SERVER refused the connection: nothing listens there',
    });
  });

  it('is not asked after the collection was cancelled', async () => {
    const port = await storage.serve({ 510: answer });
    expect(await failureOf(open(port, 60_000, AbortSignal.abort(new Error('the process ends'))))).toEqual({
      failure: 'silent',
      message: 'SERVER gave no answer in time: the process ends',
    });
  });

  it('and has no route is unreachable', async () => {
    // The system refuses TCP to the address of a broadcast by itself, and sends nothing.
    const opening = packetNetwork.open({ host: '255.255.255.255', port: 9421 }, limits, AbortSignal.timeout(50_000));
    expect((await failureOf(opening)).failure).toBe('unreachable');
  });
});

describe('an answer in pieces of any size', () => {
  it('is the same', () => {
    const stream = Buffer.concat([keepAlive, answer, keepAlive]);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
        const read = new Answer(request);
        let rest: Buffer = Buffer.alloc(0);
        let from = 0;
        for (const to of [...cuts.sort((a, b) => a - b), stream.length]) {
          rest = Buffer.concat([rest, read.read(stream.subarray(from, to))]);
          from = to;
        }
        expect(Buffer.from(read.body!).toString()).toBe('the answer');
        expect(rest.equals(keepAlive)).toBe(true);
      }),
    );
  });

  it('that is garbage is refused, or is not complete', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const read = new Answer(request);
        try {
          read.read(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(PacketError);
        }
      }),
    );
  });
});
