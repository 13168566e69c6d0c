import { awsError, isConnectionError } from '../../functions/shared/adapters/aws/errors.ts';
import { quotedOrWithheld } from '../../functions/shared/domain/withheld.ts';
import { optional } from '../../functions/shared/environment/variables.ts';
import { FailedError } from '../../local/failed-error.ts';
import { DeniedError } from './port.ts';

/** The time limits of calls, in ms. */
export interface CallLimits {
  /**
   * The limit of one call with its retries.
   * @default 10_000
   */
  readonly callMs?: number;
  /**
   * The limit of all calls together.
   * @default 60_000
   */
  readonly totalMs?: number;
  /**
   * The profile of the AWS command line that the credentials are of, for messages.
   * @default AWS_PROFILE
   */
  readonly profile?: string | undefined;
}

const callMsDefault = 10_000;
const totalMsDefault = 60_000;

/** The codes by which services deny a call: JSON and REST services, the query protocol, EC2, and MSK. */
const deniedCodes: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'ForbiddenException',
  'UnauthorizedOperation',
  'UnauthorizedException',
]);

/** The codes by which services, and the SDK, refuse the credentials themselves. */
const credentialCodes: ReadonlySet<string> = new Set([
  'AuthFailure',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnrecognizedClientException',
]);

/** A call to one service, within its time limit. */
export type Call<Answer> = (options: { readonly abortSignal: AbortSignal }) => Promise<Answer>;

/** Makes the calls of one run, within the time limit of all of them. */
export class Calls {
  readonly #callMs: number;
  readonly #total: AbortSignal;
  readonly #profile: string | undefined;

  /** Starts the time of all calls. */
  constructor({
    callMs = callMsDefault,
    totalMs = totalMsDefault,
    profile = optional(process.env, 'AWS_PROFILE'),
  }: CallLimits = {}) {
    this.#callMs = callMs;
    this.#total = AbortSignal.timeout(totalMs);
    this.#profile = profile;
  }

  /**
   * Makes a call. What the call waits for besides the service, such as a command that provides credentials, has the same
   * time limit.
   * @param action the action of IAM that it needs: `iam:GetRole`
   * @throws {DeniedError} if the caller may not make it
   * @throws {FailedError} if there are no credentials or AWS refuses them, or if there is no answer in time
   * @throws {Error} for any other error of a service, with the action before its message
   */
  async make<Answer>(action: string, call: Call<Answer>): Promise<Answer> {
    const limit = AbortSignal.timeout(this.#callMs);
    const abortSignal = AbortSignal.any([limit, this.#total]);
    try {
      abortSignal.throwIfAborted();
      return await Promise.race([call({ abortSignal }), abortion(abortSignal)]);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (deniedCodes.has(error.name)) throw new DeniedError(action, isByOrganisation(error), { cause: error });
      if (credentialCodes.has(error.name)) {
        const remedy = 'set credentials that "aws sts get-caller-identity" accepts';
        throw new FailedError(`AWS accepts no credentials of ${this.#source} (${error.name}): ${remedy}`, {
          cause: error,
        });
      }
      // Of two limits that have passed by now, the signal has the reason of the first.
      if (this.#total.aborted && abortSignal.reason === this.#total.reason) {
        throw new FailedError(`${action}: the time for all checks is over`, { cause: error });
      }
      if (abortSignal.aborted)
        throw new FailedError(`${action}: no answer in ${this.#callMs / 1_000} s`, { cause: error });
      if (isConnectionError(error)) {
        const remedy = 'check the network, the proxy and AWS_ENDPOINT_URL';
        throw new FailedError(`${action}: no connection to AWS (${connectionCode(error)}): ${remedy}`, {
          cause: error,
        });
      }
      throw shortened(awsError(action, error));
    }
  }

  get #source(): string {
    return this.#profile === undefined
      ? 'this environment'
      : `the profile ${quotedOrWithheld(this.#profile)} (AWS_PROFILE)`;
  }

  /**
   * Returns the items of all pages.
   * @param page makes the call for one page
   * @throws {FailedError} if a service returns the token of a page that was read already, which would never end
   */
  async pages<Item>(action: string, page: (token: string | undefined) => Call<Page<Item>>): Promise<readonly Item[]> {
    const items: Item[] = [];
    const tokens = new Set<string>();
    let token: string | undefined;
    do {
      const answer = await this.make(action, page(token));
      items.push(...answer.items);
      token = answer.next || undefined;
      if (token !== undefined && tokens.has(token))
        throw new FailedError(`${action}: the same page was returned again`);
      if (token !== undefined) tokens.add(token);
    } while (token !== undefined);
    return items;
  }
}

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** The token of the next page; absent or empty on the last one. */
  readonly next: string | undefined;
}

/** Returns whether a denial names the kind of policy that IAM names: "with an explicit deny in a service control policy". */
const isByOrganisation = ({ message }: Error): boolean => message.includes('service control policy');

/**
 * Returns a field of an answer.
 * @throws {FailedError} if the answer has no such field, as that of another server
 */
export function present<Value>(value: Value | undefined, field: string): Value {
  if (value === undefined) throw new FailedError(`the answer has no ${field}`);
  return value;
}

/**
 * Returns a field of an answer that has the form of AWS's own. Others are not shown: they would be printed, and pasted.
 * @throws {FailedError} if the answer has no such field, or one of another form
 */
export function formed(value: string | undefined, field: string, form: RegExp): string {
  const text = present(value, field);
  if (!form.test(text)) throw new FailedError(`the answer has a ${field} that is not one of AWS`);
  return text;
}

/** Rejects when a signal aborts. */
const abortion = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

const connectionCode = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.name;

/** The longest message of a service that is shown, in characters. */
const messageLengthMax = 500;
/** The advice that the SDK adds for programmers to the message of an answer that it cannot read. */
const adviceOfSdk =
  /\s*Deserialization error: to see the raw response, inspect the hidden field \{error\}\.\$response[^.\n]*\.?/;

/** Shortens the message of an error, which may quote a whole answer. */
function shortened(error: Error): Error {
  const message = error.message.replace(adviceOfSdk, '');
  error.message = message.length > messageLengthMax ? `${message.slice(0, messageLengthMax)}…` : message;
  return error;
}
