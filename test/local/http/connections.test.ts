import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { boundConnections } from '../../../local/http/connections.ts';
import { patience } from '../../support/patience.ts';
import { type RawClient, RawClients } from './raw-client.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

// After the server's hook, so that it runs before it: vitest runs hooks in the reverse order.
const clients = new RawClients();

/** Opens a server that answers `/` at once, and nothing else. @param max connections at a time */
async function open(max: number): Promise<{ closeWaiting: () => void }> {
  server = createServer((request, response) => {
    if (request.url === '/') response.end();
  });
  const closeWaiting = boundConnections(server, max);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { closeWaiting };
}

const client = (sent: string): RawClient => clients.write((server!.address() as AddressInfo).port, sent);

const begun = 'GET / HTTP/1.1\r\nhost: a\r\nx: ';
const whole = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const unanswered = 'GET /never HTTP/1.1\r\nhost: a\r\n\r\n';

/** Repeats a request, as an operator does, until it is answered. */
async function expectAnswer(): Promise<void> {
  await vi.waitUntil(async () => {
    const asking = client(whole);
    await vi.waitUntil(() => asking.isClosed || asking.received !== '', patience);
    return asking.received.startsWith('HTTP/1.1 200');
  }, patience);
}

describe('a server with a limit for connections', () => {
  it('answers a new client in the place of the oldest one that does not send its request', async () => {
    await open(3);
    const slow = [client(begun), client(begun), client(begun)];
    await expectAnswer();
    expect(slow.map(({ isClosed }) => isClosed).filter(Boolean).length).toBeGreaterThan(0);
  });

  it('answers a new client in the place of an idle one', async () => {
    await open(1);
    const idle = client(whole);
    await vi.waitUntil(() => idle.received !== '', patience);
    await expectAnswer();
    await vi.waitUntil(() => idle.isClosed, patience);
  });

  it('keeps a client that sends its body, and replaces those that send nothing', async () => {
    await open(2);
    const uploading = client('POST /never HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nhalf');
    await once(server!, 'request');
    for (let nth = 0; nth < 3; nth += 1) {
      client(begun);
      await expectAnswer();
    }
    expect(uploading.isClosed).toBe(false);
  });

  it('closes a new client while every other one waits for its answer', async () => {
    await open(2);
    const waiting = [client(unanswered), client(unanswered)];
    const received = new Promise<void>((resolve) => {
      let requests = 0;
      server!.on('request', () => {
        requests += 1;
        if (requests === 2) resolve();
      });
    });
    await received;
    const late = client(whole);
    await vi.waitUntil(() => late.isClosed, patience);
    expect(waiting.map(({ isClosed }) => isClosed)).toEqual([false, false]);
  });

  it('closes the connections that wait for their client when it closes, and no others', async () => {
    const { closeWaiting } = await open(3);
    const [slow, answered] = [client(begun), client(unanswered)];
    await once(server!, 'request');
    closeWaiting();
    await vi.waitUntil(() => slow.isClosed, patience);
    expect(answered.isClosed).toBe(false);
  });
});
