import { errorTextOf } from '../shared/adapters/opensearch/answer.ts';
import type { ErrorBody, ServerAnswer } from '../shared/adapters/opensearch/server.ts';
import { DeniedError } from '../shared/domain/errors.ts';

/**
 * The outcomes of a step. `not available`: the server does not have the feature, as a node without plugins has no life
 * cycles, dashboards or roles.
 */
export type StepOutcome = 'created' | 'updated' | 'unchanged' | 'not available';

/** One step of the set-up and its outcome. */
export interface Step {
  readonly step:
    | 'index template'
    | 'fields'
    | 'lifecycle policy'
    | 'dashboards'
    | 'role'
    | 'role mapping'
    | 'cluster setting'
    | 'audit';
  /** The name of the template, policy, role or setting, or of the index that got fields. */
  readonly name: string;
  readonly outcome: StepOutcome;
}

/** The answer of a server to a path that it has no handler for. */
const noHandler = /no handler found/;

/** Returns whether an answer means that the server does not have the feature. */
export function isNotAvailable({ status, body }: ServerAnswer): boolean {
  return (status === 400 || status === 404 || status === 405) && noHandler.test(errorTextIn(body));
}

/**
 * Returns the body of an answer.
 * @throws {DeniedError} for status 403, with the path and the server's reason
 * @throws {Error} if the answer refuses the request otherwise, likewise
 */
export function bodyOf<T>({ status, body }: ServerAnswer, path: string): T {
  if (status < 300) return body as T;
  const message = `${path}: ${status} ${errorTextIn(body)}`;
  throw status === 403 ? new DeniedError(message) : new Error(message);
}

const errorTextIn = (body: unknown): string => errorTextOf((body as Partial<ErrorBody> | undefined)?.error);
