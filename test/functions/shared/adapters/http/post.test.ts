import type { LookupAddress } from 'node:dns';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RequestFailedError, TargetRefusedError } from '../../../../../functions/shared/adapters/http/errors.ts';
import {
  answerBytesMax,
  createPost,
  type PostAnswer,
  type PostRequest,
  type Resolve,
} from '../../../../../functions/shared/adapters/http/post.ts';
import { Loopback } from '../../../../support/loopback.ts';

let loopback: Loopback;
beforeEach(() => {
  loopback = new Loopback();
});
afterEach(() => loopback.close());

/** A time-out that is long enough for requests that succeed. */
const enoughMs = 20_000;
/** A time-out for requests that only their time-out ends. */
const shortMs = 100;

const addresses = (...list: readonly string[]): LookupAddress[] =>
  list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

const request = (url: string, parts: Partial<PostRequest> = {}): PostRequest => ({
  url,
  headers: { 'content-type': 'application/json' },
  body: '{"ünïcode":"✓"}',
  timeoutMs: enoughMs,
  allowPrivate: true,
  ...parts,
});

const neverAsked: Resolve = () => Promise.reject(new Error('DNS was asked'));

/** Returns the result of a request: the status of its answer, or the reason of its failure. */
async function outcome(answer: Promise<PostAnswer>): Promise<number | string> {
  try {
    return (await answer).status;
  } catch (error) {
    if (error instanceof RequestFailedError || error instanceof TargetRefusedError) return error.reason;
    throw error;
  }
}

const messageOf = (answer: Promise<PostAnswer>): Promise<string> =>
  answer.then(
    () => 'answered',
    (error: Error) => `${error.name}: ${error.message}`,
  );

/** Answers each request with a status, and keeps the requests. */
async function receiver(status: number, headers: Record<string, string> = {}, body = 'ok') {
  const asked: { method?: string | undefined; url?: string | undefined; headers: IncomingHttpHeaders; body: string }[] =
    [];
  const port = await loopback.http(async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method, url, headers: sent } = incoming;
    asked.push({ method, url, headers: sent, body: await text(incoming) });
    outgoing.writeHead(status, headers).end(body);
  });
  return { asked, origin: `http://127.0.0.1:${port}`, port };
}

describe('a POST', () => {
  it('a POST arrives with its headers and bytes, and returns status, headers and body', async () => {
    const { asked, origin } = await receiver(202, { 'retry-after': '7' }, 'thank you');
    const answer = await createPost(neverAsked)(request(`${origin}/hook?key=k`));
    expect(answer).toMatchObject({ status: 202, body: 'thank you', bodyEnd: 'complete' });
    expect(answer.headers['retry-after']).toBe('7');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ method: 'POST', url: '/hook?key=k', body: '{"ünïcode":"✓"}' });
    expect(asked[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'content-length': '19' });
  });

  it('a POST follows no redirect', async () => {
    const elsewhere = await receiver(200);
    for (const status of [301, 302, 303, 307, 308]) {
      const { origin } = await receiver(status, { location: `${elsewhere.origin}/` });
      expect(await outcome(createPost()(request(origin)))).toBe(status);
    }
    expect(elsewhere.asked).toEqual([]);
  });

  it('a POST reuses no connection, because the next one may be for another address', async () => {
    const { origin } = await receiver(200, { connection: 'keep-alive' });
    const post = createPost();
    await post(request(origin));
    await post(request(origin));
    expect(loopback.connections).toBe(2);
  });

  it('a POST uses TLS for https, and names the host that was resolved', async () => {
    const hello = Promise.withResolvers<Buffer>();
    const port = await loopback.tcp((socket) => {
      socket.once('data', (bytes) => {
        hello.resolve(bytes);
        socket.destroy();
      });
    });
    const post = createPost(async () => addresses('127.0.0.1'));
    expect(await outcome(post(request(`https://receiver.example:${port}/`)))).toBe('connection failed');
    // 22 is the content type `handshake`: RFC 8446, section 5.1.
    expect((await hello.promise)[0]).toBe(22);
    expect((await hello.promise).includes('receiver.example')).toBe(true);
  });
});

describe('the address of a POST', () => {
  it('the connection goes to exactly the address that was checked; DNS is asked once, and the system is not', async () => {
    const { asked, port } = await receiver(200);
    const answers = [addresses('127.0.0.1'), addresses('169.254.169.254')];
    let questions = 0;
    const post = createPost(async (hostname) => {
      expect(hostname).toBe('rebinding.invalid');
      questions += 1;
      return answers.shift() ?? [];
    });
    // RFC 6761: no resolver knows a name under .invalid, so only the checked address can lead there.
    expect(await outcome(post(request(`http://rebinding.invalid:${port}/`)))).toBe(200);
    expect(asked[0]?.headers.host).toBe(`rebinding.invalid:${port}`);
    expect(questions).toBe(1);
  });

  it('the connection may go to any address that was checked, if the first cannot be reached', async () => {
    const { port } = await receiver(200);
    const post = createPost(async () => addresses('::1', '127.0.0.1'));
    expect(await outcome(post(request(`http://receiver.invalid:${port}/`)))).toBe(200);
  });

  it.each([
    ['8.8.8.8', '10.0.0.1'],
    ['127.0.0.1', '8.8.8.8'],
    ['8.8.8.8', '::1'],
    ['2606:4700::1111', '169.254.169.254'],
    ['64:ff9b::7f00:1'],
    ['::7f00:1'],
    ['fe80::1%eth0'],
  ])('a name is refused if one of its addresses (%s, %s) is not public', async (...list) => {
    const post = createPost(async () => addresses(...list));
    const refused = request('https://mixed.example/', { allowPrivate: false });
    expect(await outcome(post(refused))).toBe('not a public address');
  });

  it('a name is refused before anything is sent if one of its addresses is forbidden even with allowPrivate', async () => {
    const { port } = await receiver(200);
    const post = createPost(async () => addresses('127.0.0.1', '169.254.169.254'));
    expect(await outcome(post(request(`http://mixed.example:${port}/`)))).toBe('not a public address');
    expect(loopback.connections).toBe(0);
  });

  it('localhost is this machine, and is refused', async () => {
    const refused = request('https://localhost/', { allowPrivate: false });
    expect(await outcome(createPost()(refused))).toBe('not a public address');
  });

  it('a target that is an address needs no DNS', async () => {
    const { origin } = await receiver(200);
    expect(await outcome(createPost(neverAsked)(request(origin)))).toBe(200);
    const refused = request('https://127.1/', { allowPrivate: false });
    expect(await outcome(createPost(neverAsked)(refused))).toBe('not a public address');
  });

  it('a name without addresses is reported', async () => {
    expect(await outcome(createPost(async () => [])(request('http://receiver.example/')))).toBe('name not resolved');
    const unknown = createPost(() => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })));
    expect(await messageOf(unknown(request('http://receiver.example/')))).toContain('ENOTFOUND');
    expect(await outcome(unknown(request('http://receiver.example/')))).toBe('name not resolved');
  });
});

describe('a POST whose time runs out', () => {
  it('a POST that times out during name resolution ends with that reason', async () => {
    const post = createPost(() => new Promise(() => {}));
    expect(await outcome(post(request('http://receiver.example/', { timeoutMs: shortMs })))).toBe('time-out');
  });

  it('a POST that times out before an answer ends with that reason, and closes its connection', async () => {
    const ended = Promise.withResolvers<void>();
    const port = await loopback.tcp((socket) => {
      socket.resume().once('close', () => ended.resolve());
    });
    const slow = request(`http://127.0.0.1:${port}/`, { timeoutMs: shortMs });
    expect(await outcome(createPost()(slow))).toBe('time-out');
    await ended.promise;
  });

  it('a POST that times out within the headers of an answer ends with that reason', async () => {
    const port = await loopback.tcp((socket) => socket.write('HTTP/1.1 200 OK\r\nx-first: 1\r\n'));
    const slow = request(`http://127.0.0.1:${port}/`, { timeoutMs: shortMs });
    expect(await outcome(createPost()(slow))).toBe('time-out');
  });

  it('a POST that times out within the body keeps the status and the part of the body that arrived', async () => {
    const port = await loopback.http((_, outgoing) => {
      outgoing.writeHead(200).write('beginning');
    });
    // Long enough for the status to arrive on a busy machine.
    const answer = await createPost()(request(`http://127.0.0.1:${port}/`, { timeoutMs: 1_000 }));
    expect(answer).toMatchObject({ status: 200, body: 'beginning', bodyEnd: 'time-out' });
  });

  it('a time-out differs from an abort by the caller, in every phase', async () => {
    const inDns = new AbortController();
    const resolving = createPost(() => {
      inDns.abort();
      return new Promise(() => {});
    });
    expect(await outcome(resolving(request('http://receiver.example/', { signal: inDns.signal })))).toBe('aborted');

    const inAnswer = new AbortController();
    const port = await loopback.http(() => inAnswer.abort());
    const waiting = request(`http://127.0.0.1:${port}/`, { signal: inAnswer.signal });
    expect(await outcome(createPost()(waiting))).toBe('aborted');
  });

  it('a POST that is aborted before it begins asks neither DNS nor the target', async () => {
    const over = request('http://receiver.example/', { signal: AbortSignal.abort() });
    expect(await outcome(createPost(neverAsked)(over))).toBe('aborted');
  });
});

describe('an answer', () => {
  it(`an answer is read up to ${answerBytesMax} bytes, and no further`, async () => {
    const exact = await receiver(200, {}, 'x'.repeat(answerBytesMax));
    expect(await createPost()(request(exact.origin))).toMatchObject({ bodyEnd: 'complete' });
    const over = await receiver(200, {}, 'x'.repeat(answerBytesMax + 1));
    const answer = await createPost()(request(over.origin));
    expect(answer).toMatchObject({ status: 200, bodyEnd: 'too large' });
    expect(answer.body).toHaveLength(answerBytesMax);
  });

  it('an answer without an end is closed as soon as it is too large', async () => {
    const left = Promise.withResolvers<void>();
    const port = await loopback.http((_, outgoing) => {
      outgoing.once('close', () => left.resolve());
      Readable.from(endless()).pipe(outgoing);
    });
    expect(await createPost()(request(`http://127.0.0.1:${port}/`))).toMatchObject({ bodyEnd: 'too large' });
    await left.promise;
  });

  it('an answer that breaks off keeps its status', async () => {
    const port = await loopback.tcp((socket) => {
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
    });
    const answer = await createPost()(request(`http://127.0.0.1:${port}/`));
    expect(answer).toMatchObject({ status: 200, bodyEnd: 'connection lost' });
  });

  it.each([
    ['nothing', ''],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
  ])('an answer that is %s is a failed connection', async (_, bytes) => {
    const port = await loopback.tcp((socket) => {
      socket.once('data', () => socket.end(bytes));
    });
    expect(await outcome(createPost()(request(`http://127.0.0.1:${port}/`)))).toBe('connection failed');
  });

  it('a port that no program listens on is a failed connection', async () => {
    const port = await loopback.deadPort();
    expect(await messageOf(createPost()(request(`http://127.0.0.1:${port}/`)))).toContain('ECONNREFUSED');
    expect(await outcome(createPost()(request(`http://127.0.0.1:${port}/`)))).toBe('connection failed');
  });
});

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(1_000, 'x');
}

describe('the message about a failed POST', () => {
  it('the message contains the origin, and neither path nor query, which are often the secret', async () => {
    const silent = await loopback.tcp(() => {});
    const closing = await loopback.tcp((socket) => socket.destroy());
    const dead = await loopback.deadPort();
    const secret = '/services/token?key=token';
    const name = 'http://receiver.example';
    const messages = await Promise.all([
      messageOf(createPost()(request(`http://127.0.0.1:${silent}${secret}`, { timeoutMs: shortMs }))),
      messageOf(createPost()(request(`http://127.0.0.1:${silent}${secret}`, { signal: AbortSignal.abort() }))),
      messageOf(createPost()(request(`http://127.0.0.1:${closing}${secret}`))),
      messageOf(createPost()(request(`http://127.0.0.1:${dead}${secret}`))),
      messageOf(createPost(neverAsked)(request(`${name}${secret}`))),
      messageOf(createPost(async () => [])(request(`${name}${secret}`))),
      messageOf(createPost(async () => addresses('169.254.169.254'))(request(`${name}${secret}`))),
      messageOf(createPost()(request(`https://127.0.0.1${secret}`, { allowPrivate: false }))),
    ]);
    for (const message of messages) {
      expect(message).toMatch(/^(RequestFailedError|TargetRefusedError): https?:\/\/[a-z0-9.]+(:\d+)?: /);
      expect(message).not.toContain('token');
    }
  });
});
