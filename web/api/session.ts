import { signal } from '@preact/signals';
import { type SessionToken, sessionRoutes } from '../../functions/shared/domain/sign-in.ts';

/** The way in which people sign in here: with the token of a role, or with an account; `null` while it is not known. */
export const signInWay = signal<'token' | 'account' | null>(null);

/**
 * The outcome of a renewal:
 *
 * - `renewed`: there is a token;
 * - `nobody`: nobody is signed in, or no longer;
 * - `no accounts`: this server knows no accounts;
 * - `unavailable`: the session may still exist, and cannot be renewed now.
 */
export type Renewal = 'renewed' | 'nobody' | 'no accounts' | 'unavailable';

export interface SessionPorts {
  /** Sends a request for a token. */
  readonly ask: () => Promise<Response>;
  readonly nowMs: () => number;
  /** Keeps that somebody has signed in in this browser, which is no secret; the session itself is in a cookie. */
  readonly marks: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

/** The time before the end of a token at which the next one is asked for, ms. */
const renewalLeadMs = 60_000;
const mark = 'offbeat.account';
/** The statuses of a server that has no route for sessions. */
const withoutAccounts: ReadonlySet<number> = new Set([204, 404, 405]);

/** The session of somebody who has signed in with an account. Its token is in memory alone. */
export class Session {
  readonly #ports: SessionPorts;
  #token: string | undefined;
  #endsAtMs = 0;
  #renewal: Promise<Renewal> | undefined;

  constructor(ports: SessionPorts) {
    this.#ports = ports;
  }

  /** The token for the API; `undefined` if nobody is signed in with an account. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Returns whether somebody was signed in in this browser, and has not signed out. */
  wasSignedIn(): boolean {
    return this.#ports.marks.getItem(mark) !== null;
  }

  /** Renews a token that is about to end, or the one of a page that was just loaded. */
  async prepare(): Promise<void> {
    const { nowMs } = this.#ports;
    const isKept = this.#token !== undefined && nowMs() < this.#endsAtMs - renewalLeadMs;
    if (!isKept && this.wasSignedIn()) await this.renew();
  }

  /** Asks for a token. Requests at the same time share one renewal. */
  renew(): Promise<Renewal> {
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  /** Forgets the token and that somebody was signed in. */
  forget(): void {
    this.#token = undefined;
    this.#ports.marks.removeItem(mark);
  }

  async #renew(): Promise<Renewal> {
    if (signInWay.peek() === 'token') return 'no accounts';
    const response = await this.#ports.ask().catch(() => undefined);
    if (response === undefined || response.status === 429 || response.status >= 500) return 'unavailable';
    const isOurs = /json/.test(response.headers.get('content-type') ?? '');
    if (!isOurs || withoutAccounts.has(response.status)) {
      signInWay.value = 'token';
      return 'no accounts';
    }
    if (response.status === 401) {
      signInWay.value = 'account';
      this.#token = undefined;
      return 'nobody';
    }
    const granted = response.status === 200 ? await grantedIn(response) : undefined;
    if (granted === undefined) return 'unavailable';
    const { accessToken, expiresInSeconds } = granted;
    signInWay.value = 'account';
    this.#token = accessToken;
    this.#endsAtMs = this.#ports.nowMs() + expiresInSeconds * 1_000;
    this.#ports.marks.setItem(mark, '1');
    return 'renewed';
  }
}

/** Returns the token of an answer; `undefined` if its body is broken. */
async function grantedIn(response: Response): Promise<SessionToken | undefined> {
  return (await response.json().catch(() => undefined)) as SessionToken | undefined;
}

/** The longest time that a renewal may take, ms: the server itself asks another one. */
const renewalMsMax = 15_000;

/** The session of this page. */
export const session = new Session({
  ask: () =>
    fetch(sessionRoutes.renew, {
      method: 'POST',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(renewalMsMax),
    }),
  nowMs: () => Date.now(),
  marks: {
    getItem: (name) => localStorage.getItem(name),
    setItem: (name, value) => localStorage.setItem(name, value),
    removeItem: (name) => localStorage.removeItem(name),
  },
});
