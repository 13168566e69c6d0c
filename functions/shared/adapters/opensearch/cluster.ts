import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { shownText } from '../../domain/shown.ts';
import { ClusterUnreadableError } from '../../ports/cluster-unreadable.ts';
import type { SearchCluster } from '../../ports/search-cluster.ts';

/** The most bytes of one answer: those of some thousand nodes. */
export const answerBytesMax = 16 * 1_024 * 1_024;

/** The most objects and lists of one answer. Each takes many times its bytes of memory; those of some thousand nodes are fewer. */
const partsMax = 500_000;

/** The log-in at a cluster, and how its certificate is checked. */
export interface SearchLogin {
  readonly username?: string;
  /** Returns the password of the user. It is called for each request, so that a changed password is used. */
  readonly password?: () => Promise<string>;
  /** The certificates of the authority that signed the cluster's, PEM. @default those that Node trusts */
  readonly ca?: string;
}

/** Returns the cluster at an address. It follows no redirect, and an answer has {@link answerBytesMax} bytes at most. */
export const searchCluster = (url: string, login: SearchLogin = {}): SearchCluster => ({
  get: async (path, signal) => {
    const { host } = new URL(url);
    const headers = { accept: 'application/json', ...(await authorization(login)) };
    try {
      signal.throwIfAborted();
      const answer = await send(new URL(path, url), {
        headers,
        signal,
        ...(login.ca === undefined ? {} : { ca: login.ca }),
      });
      if (answer.statusCode !== 200) {
        answer.destroy();
        throw new ClusterUnreadableError(`${host} ${refusal(answer.statusCode ?? 0, path)}`, false);
      }
      return JSON.parse(await bodyOf(answer));
    } catch (error) {
      if (error instanceof ClusterUnreadableError) throw error;
      const { isRefused, words } = wordsOf(signal.aborted ? signal.reason : error);
      throw new ClusterUnreadableError(`${host} ${words}`, isRefused, { cause: error });
    }
  },
});

async function authorization({ username, password }: SearchLogin): Promise<{ readonly authorization?: string }> {
  if (username === undefined || password === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${await password()}`).toString('base64')}` };
}

interface SendOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly ca?: string;
}

/** Sends a GET request on a connection of its own. */
function send(url: URL, options: SendOptions): Promise<IncomingMessage> {
  const start = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    start(url, { ...options, agent: false })
      .once('response', resolve)
      .on('error', reject)
      // A change of the protocol that nobody asked for closes the connection without an error.
      .once('close', () => reject(new Error('the connection was closed without an answer')))
      .end();
  });
}

async function bodyOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let parts = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    parts += partsIn(chunk);
    if (bytes > answerBytesMax) throw new Error(`more than ${answerBytesMax / 1_024 / 1_024} MiB`);
    if (parts > partsMax) throw new Error(`more than ${partsMax} objects and lists`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Returns the number of brackets and braces that open, those in texts as well. */
function partsIn(json: Buffer): number {
  let parts = 0;
  // An opening brace differs from an opening bracket in one bit.
  for (const byte of json) if ((byte & 0xdf) === 0x5b) parts += 1;
  return parts;
}

const refusal = (status: number, path: string): string => {
  if (status === 401) return 'refuses the log-in (status 401)';
  if (status === 403) return `does not permit the user to read ${path} (status 403)`;
  return `answers ${path} with status ${status}`;
};

/** The meaning of errors of a connection to whoever wrote the address. */
const hints: readonly { readonly codes: readonly string[]; readonly words: string }[] = [
  { codes: ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'], words: 'does not speak TLS there: try http:// in the address' },
  { codes: ['ECONNRESET'], words: 'closed the connection: it may speak TLS, try https:// in the address' },
  {
    codes: ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    words: 'has a certificate of an authority that is not trusted: name its file in ca, or with --ca',
  },
];

function wordsOf(error: unknown): { readonly isRefused: boolean; readonly words: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return wordsOf(error.errors[0]);
  if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')
    return { isRefused: true, words: 'refused the connection: nothing listens there' };
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return { isRefused: false, words: 'gave no answer in time' };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const hint = hints.find(({ codes }) => codes.includes(code));
  if (hint !== undefined) return { isRefused: false, words: hint.words };
  if (error instanceof SyntaxError) return { isRefused: false, words: 'gave an answer that is not JSON' };
  const message = error instanceof Error ? error.message : String(error);
  return { isRefused: false, words: `gave no answer: ${shownText(message)}` };
}
