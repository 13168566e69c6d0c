import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { onceClosed, type Route } from '../../../local/http/http.ts';
import { wholeBody } from '../../../local/http/read-body.ts';
import { type RequestTimes, type RunningServer, serve } from '../../../local/http/server.ts';

const long = 60_000;
const short = 200;
/** An answer that is larger than the buffers of two sockets. */
const largeBytes = 50_000_000;

let server: RunningServer;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

let isOver: PromiseWithResolvers<void>;
const route: Route = {
  methods: ['GET', 'POST'],
  path: /^\/$/,
  bodyBytesMax: 1_000,
  answer: async (request, body) => {
    const { method } = request;
    onceClosed(request, () => isOver.resolve());
    await wholeBody(body);
    return { status: 200, headers: {}, body: method === 'GET' ? 'a'.repeat(largeBytes) : '' };
  },
};

/** Sends the beginning of a request to a server with one time-out that is short. */
async function send(text: string, times: Partial<RequestTimes>): Promise<Socket> {
  isOver = Promise.withResolvers();
  const all = { headersMs: long, requestMs: long, answerMs: long, ...times };
  server = await serve({ port: 0, routes: [route], report: () => {}, times: all });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}

/** Reads until the server ends the connection. */
async function answerOf(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (piece) => {
    text += piece;
  });
  socket.resume();
  await once(socket, 'close');
  return text;
}

describe('a client that is too slow', () => {
  it('with its headers gets 408, and its connection is closed', async () => {
    const socket = await send('GET / HTTP/1.1\r\nhost: localhost\r\n', { headersMs: short });
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('with its body gets 408, and its connection is closed', async () => {
    const head = 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nhalf';
    expect(await answerOf(await send(head, { headersMs: short, requestMs: short }))).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('to read its answer has its connection closed', async () => {
    const socket = await send('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n', { answerMs: short });
    socket.pause();
    await isOver.promise;
    expect((await answerOf(socket)).length).toBeLessThan(largeBytes);
  });
});
