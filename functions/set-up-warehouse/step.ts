import { wordsOf } from '../shared/adapters/opensearch/answer.ts';
import type { ErrorBody, ServerAnswer } from '../shared/adapters/opensearch/server.ts';

/** `not available`: the server has nothing that does this; a plain node knows neither lifecycles, dashboards nor roles. */
export type StepOutcome = 'created' | 'updated' | 'unchanged' | 'not available';

export interface Step {
  readonly step: 'index template' | 'fields' | 'lifecycle policy' | 'dashboards' | 'role' | 'role mapping';
  /** Of the template, policy or role, of the index that got fields. */
  readonly name: string;
  readonly outcome: StepOutcome;
}

/** What a server says about a path that it has no handler for. */
const noHandler = /no handler found/;

/** Whether the server has nothing that handles what it was asked. */
export function isNotAvailable({ status, body }: ServerAnswer): boolean {
  return (status === 400 || status === 404 || status === 405) && noHandler.test(wordsOfBody(body));
}

/** @throws {Error} if the answer is a no, with the server's own words */
export function bodyOf<T>({ status, body }: ServerAnswer, path: string): T {
  if (status < 300) return body as T;
  throw new Error(`${path}: ${status} ${wordsOfBody(body)}`);
}

const wordsOfBody = (body: unknown): string => wordsOf((body as Partial<ErrorBody> | undefined)?.error);
