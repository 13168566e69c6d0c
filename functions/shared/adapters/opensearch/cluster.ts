import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { shownText } from '../../domain/shown.ts';
import { ClusterUnreadableError } from '../../ports/cluster-unreadable.ts';
import type { SearchCluster } from '../../ports/search-cluster.ts';

/** The most bytes of one answer: those of some thousand nodes. */
export const answerBytesMax = 16 * 1_024 * 1_024;

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
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error(`more than ${answerBytesMax / 1_024 / 1_024} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const refusal = (status: number, path: string): string => {
  if (status === 401) return 'refuses the log-in (status 401)';
  if (status === 403) return `does not permit the user to read ${path} (status 403)`;
  return `answers ${path} with status ${status}`;
};

function wordsOf(error: unknown): { readonly isRefused: boolean; readonly words: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return wordsOf(error.errors[0]);
  if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')
    return { isRefused: true, words: 'refused the connection: nothing listens there' };
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return { isRefused: false, words: 'gave no answer in time' };
  if (error instanceof SyntaxError) return { isRefused: false, words: 'gave an answer that is not JSON' };
  const message = error instanceof Error ? error.message : String(error);
  return { isRefused: false, words: `gave no answer: ${shownText(message)}` };
}
