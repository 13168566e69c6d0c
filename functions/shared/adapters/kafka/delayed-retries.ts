import { UnavailableError } from '../../domain/errors.ts';
import { backoffMs } from '../../time/backoff.ts';
import { deepestMessage } from './errors.ts';
import { connectBackoff } from './reconnect.ts';

/** The arguments of the client's function of waits. */
type RetryArguments = [client: unknown, operation: string, failures: number, retries: number, error: Error];

/** The number of tries: more than there can be before any deadline of a set-up. */
const triesMax = 1_000;

/**
 * The retries of a client that sets something up, whose requests may all be repeated. The caller's deadline ends them. Each
 * try may open a connection to every broker, so the waits are the {@link connectBackoff}.
 */
export class DelayedRetries {
  readonly #random: () => number;
  #lastFailure: unknown;

  /** @param random returns a number in [0, 1) */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** The options of the client. */
  get options() {
    return {
      retries: triesMax,
      retryDelay: (...[, , failures, , error]: RetryArguments): number => {
        this.#lastFailure = error;
        return backoffMs(failures, this.#random(), connectBackoff);
      },
    };
  }

  /** Returns the error of a deadline with what the last try failed with. Any other error has a cause of its own. */
  explained(error: UnavailableError): UnavailableError {
    if (error.cause !== undefined || this.#lastFailure === undefined) return error;
    const message = `${error.message}; the last try failed: ${deepestMessage(this.#lastFailure)}`;
    return new UnavailableError(message, { cause: this.#lastFailure });
  }
}
