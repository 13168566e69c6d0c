import { signal } from '@preact/signals';
import { session } from './session.ts';

/** The values of a query; those that are `undefined` or empty are left out, and a list is repeated. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A request that was refused or failed, in the words of RFC 9457. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly title: string;
  readonly note: string | undefined;

  /** @param status the HTTP status; 0 if no answer came */
  constructor(status: number, title: string, detail: string, note?: string) {
    super(detail);
    this.status = status;
    this.title = title;
    this.note = note;
  }
}

/** The reason why the page asks who is there; `null` while nobody has to sign in. */
export const signInReason = signal<'needed' | 'ended' | null>(null);

const tokenKey = 'offbeat.token';

/** Keeps the token with which the page signs its requests; `null` forgets it. */
export function keepToken(token: string | null): void {
  if (token === null) localStorage.removeItem(tokenKey);
  else localStorage.setItem(tokenKey, token);
}

/**
 * Returns the address of a request: a path with its query, with the names in a fixed order. Values of one name stay in theirs:
 * charts are answered in the order in which they were asked for.
 */
export function addressOf(path: string, query: Query = {}): string {
  const named = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
  const pairs = named.flatMap(([name, value]) => {
    if (value === undefined || value === '') return [];
    return (Array.isArray(value) ? value : [value]).map((one) => `${name}=${encodeURIComponent(String(one))}`);
  });
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/** The options of a question. */
export interface AskOptions {
  /** A signal that cancels it. */
  readonly signal?: AbortSignal;
  /** The longest time that its answer may take, ms. @default 15 s */
  readonly answerMs?: number;
}

/**
 * Reads an answer of the API.
 * @throws {ApiProblem} if the request was refused or failed; the signal's own error if it was cancelled
 */
export function getJson<T>(path: string, query: Query = {}, { signal, answerMs }: AskOptions = {}): Promise<T> {
  return request<T>(addressOf(path, query), signal === undefined ? {} : { signal }, answerMs);
}

/**
 * Sends a change, or a question that is too long for an address.
 * @throws {ApiProblem} if the request was refused or failed
 */
export function postJson<T>(path: string, body: unknown, { signal, answerMs }: AskOptions = {}): Promise<T> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal !== undefined && { signal }),
  };
  return request<T>(path, init, answerMs);
}

async function request<T>(address: string, init: RequestInit, answerMs = answerMsMax): Promise<T> {
  await session.prepare();
  let response = await fetchOnce(address, init, answerMs);
  if (response.status === 401) {
    const renewal = await session.renew();
    if (renewal === 'renewed') response = await fetchOnce(address, init, answerMs);
    if (renewal === 'unavailable')
      throw new ApiProblem(503, 'No answer', 'Your session cannot be renewed now. The page goes on trying.');
  }
  if (response.ok) return bodyOf<T>(response, init);
  const problem = await problemOf(response);
  if (problem.status === 401) {
    const wasSignedIn = session.wasSignedIn() || localStorage.getItem(tokenKey) !== null;
    // Whoever is asked already and gives a wrong token had no session that could end.
    signInReason.value ??= wasSignedIn ? 'ended' : 'needed';
  }
  throw problem;
}

/** The longest time that an answer may take, ms: a server that is stopped accepts requests and answers none. */
const answerMsMax = 15_000;

async function fetchOnce(address: string, init: RequestInit, answerMs: number): Promise<Response> {
  const token = session.token ?? localStorage.getItem(tokenKey);
  const headers = { accept: 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) };
  const limit = AbortSignal.timeout(answerMs);
  const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
  try {
    return await fetch(address, { ...init, signal, headers: { ...headers, ...init.headers } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw noAnswer(init);
  }
}

async function bodyOf<T>(response: Response, init: RequestInit): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw noAnswer(init);
  }
}

/** The words for a question that was not answered: the page asks it again by itself. */
export const noAnswerText = 'The server does not answer. The page goes on trying.';
/** The words for a change that was not answered. */
const noAnswerToChangeText = 'The server does not answer: it may not have been done. Look, and send it again.';

const noAnswer = ({ method }: RequestInit): ApiProblem =>
  new ApiProblem(0, 'No answer', method === 'POST' ? noAnswerToChangeText : noAnswerText);

async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => null);
  const { title, detail, error, note } = (body ?? {}) as Record<string, unknown>;
  const text = [detail, error].find((one) => typeof one === 'string') as string | undefined;
  return new ApiProblem(
    response.status,
    typeof title === 'string' ? title : response.statusText,
    text ?? `The server answered ${response.status}.`,
    typeof note === 'string' ? note : undefined,
  );
}
