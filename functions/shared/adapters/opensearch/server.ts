import type { Client } from '@opensearch-project/opensearch';
import { answerKindOf, failureOf, type ServerError, unavailable } from './answer.ts';

/** An answer of the server, also one that refuses the request. */
export interface ServerAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A search server that accepts any HTTP request. */
export interface SearchServer {
  /**
   * Sends a request.
   * @param body an object is sent as JSON
   * @returns the answer, also one that refuses the request
   * @throws {UnavailableError} if there is no answer, or the server is too busy
   */
  request(
    method: 'GET' | 'PUT' | 'POST',
    path: string,
    body?: object | string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ServerAnswer>;
}

/** Returns the server that a client is connected to. */
export function searchServer(client: Client): SearchServer {
  return {
    async request(method, path, body, headers) {
      try {
        const answer = await client.transport.request(
          { method, path, ...(body === undefined ? {} : { body }) },
          headers === undefined ? {} : { headers },
        );
        return { status: answer.statusCode ?? 200, body: answer.body };
      } catch (error) {
        const failure = failureOf(error);
        if (failure === undefined || answerKindOf(failure.status, failure.error) === 'try again') {
          throw unavailable(`${method} ${path}`, error);
        }
        return { status: failure.status, body: { error: failure.error ?? failure.text } satisfies ErrorBody };
      }
    },
  };
}

/**
 * The body of OpenSearch's answer when it refuses a request. `error` is an object, or a text if OpenSearch has no route
 * for the path.
 */
export interface ErrorBody {
  readonly error: ServerError | string;
}
