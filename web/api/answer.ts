import { effect, type Signal, signal } from '@preact/signals';
import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import { ApiProblem, addressOf, getJson, type Query } from './client.ts';
import { liveVersion } from './live.ts';

/** An answer as a view sees it. */
export interface Answer<T> {
  /** The newest data of this path, also while it is read again or could not be; absent before the first. */
  readonly data: T | undefined;
  readonly problem: ApiProblem | undefined;
  /** A flag: the data are those of the question before, such as of another cluster, while this one is read. */
  readonly isOfBefore: boolean;
  readonly reload: () => void;
}

interface State {
  readonly data?: unknown;
  readonly problem?: ApiProblem;
  readonly readAtMs: number;
}

/** A live answer is read again at most this often, and takes at most a fifth of the time. Ms. */
const leastPauseMs = 2_000;
const pausePerRead = 4;
/** Milliseconds for which an answer that nobody shows is kept. */
const keptMs = 60_000;
/** Milliseconds after which an answer that was kept is read again when it is shown. */
const freshMs = 5_000;
/** Milliseconds after a failure until the next attempt. */
const retryMs = 5_000;
/** Milliseconds after which a request that was refused, such as one for what is not there, is repeated at the earliest. */
const refusedPauseMs = 60_000;

/** An answer that all its readers share. */
class Entry {
  readonly state: Signal<State> = signal({ readAtMs: 0 });
  readonly #address: string;
  #readers = 0;
  #controller: AbortController | undefined;
  #timer: number | undefined;
  #lastTookMs = 0;
  #endedAtMs = 0;

  constructor(address: string) {
    this.#address = address;
  }

  /** Begins to show it. Returns what ends that. */
  show(isLive: boolean): () => void {
    this.#readers += 1;
    if (Date.now() - this.state.peek().readAtMs > freshMs) this.load();
    let isFirst = true;
    const stop = isLive
      ? effect(() => {
          void liveVersion.value;
          if (!isFirst) this.#soon();
          isFirst = false;
        })
      : undefined;
    return () => {
      stop?.();
      this.#readers -= 1;
      if (this.#readers === 0) this.#leave();
    };
  }

  load(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#controller === undefined) void this.#read();
  }

  async #read(): Promise<void> {
    const controller = new AbortController();
    const beganMs = Date.now();
    this.#controller = controller;
    try {
      const data = await getJson(this.#address, {}, { signal: controller.signal });
      this.state.value = { data, readAtMs: Date.now() };
    } catch (error) {
      if (!controller.signal.aborted) this.#fail(error);
    }
    this.#endedAtMs = Date.now();
    this.#lastTookMs = this.#endedAtMs - beganMs;
    if (this.#controller === controller) this.#controller = undefined;
  }

  #fail(error: unknown): void {
    const problem = error instanceof ApiProblem ? error : new ApiProblem(0, 'Failure', String(error));
    this.state.value = { ...this.state.peek(), problem };
    if (problem.status === 0 || problem.status === 429 || problem.status >= 502) this.#at(retryMs);
  }

  #soon(): void {
    const { problem } = this.state.peek();
    const isRefused =
      problem !== undefined && (problem.status === 501 || (problem.status >= 400 && problem.status < 429));
    const pauseMs = isRefused ? refusedPauseMs : Math.max(leastPauseMs, this.#lastTookMs * pausePerRead);
    this.#at(Math.max(0, this.#endedAtMs + pauseMs - Date.now()));
  }

  #at(delayMs: number): void {
    this.#timer ??= window.setTimeout(() => this.load(), delayMs);
  }

  #leave(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#controller?.abort();
    this.#controller = undefined;
    window.setTimeout(() => this.#readers === 0 && entries.delete(this.#address), keptMs);
  }
}

const entries = new Map<string, Entry>();

function entryOf(address: string): Entry {
  const known = entries.get(address);
  if (known !== undefined) return known;
  const entry = new Entry(address);
  entries.set(address, entry);
  return entry;
}

/** Forgets all answers, for instance those of the person before. */
export function forgetAnswers(): void {
  entries.clear();
}

/**
 * Reads an answer of the API for as long as the component is shown. All components that ask for the same address share it.
 * @param path the path; `null` reads nothing
 * @param options `refresh`: `live` (the default) reads it again when the server reports something new; `once` only if the
 * address changes
 */
export function useAnswer<T>(
  path: string | null,
  query: Query = {},
  { refresh = 'live' }: { readonly refresh?: 'live' | 'once' } = {},
): Answer<T> {
  const address = path === null ? null : addressOf(path, query);
  const entry = useMemo(() => (address === null ? null : entryOf(address)), [address]);
  const last = useRef<{ readonly path: string | null; readonly address: string | null; readonly data: unknown }>(
    undefined,
  );
  useEffect(() => entry?.show(refresh === 'live'), [entry, refresh]);
  const reload = useCallback(() => entry?.load(), [entry]);
  const state = entry?.state.value;
  if (state?.data !== undefined) last.current = { path, address, data: state.data };
  const data = last.current?.path === path ? (last.current.data as T) : undefined;
  return {
    data,
    problem: state?.problem,
    isOfBefore: data !== undefined && last.current?.address !== address,
    reload,
  };
}
