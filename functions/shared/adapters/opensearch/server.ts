import type { Client } from '@opensearch-project/opensearch';
import { failureOf, outcomeOf, type ServerError, unavailable } from './answer.ts';

export interface ServerAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A server that is asked and told things, over plain HTTP. */
export interface SearchServer {
  /**
   * @param body an object is sent as JSON
   * @returns the answer, also one that says no
   * @throws {UnavailableError} if there is none, or the server is too busy
   */
  request(
    method: 'GET' | 'PUT' | 'POST',
    path: string,
    body?: object | string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ServerAnswer>;
}

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
        if (failure === undefined || outcomeOf(failure.status, failure.error) === 'try again') {
          throw unavailable(`${method} ${path}`, error);
        }
        return { status: failure.status, body: { error: failure.error ?? failure.words } satisfies ErrorBody };
      }
    },
  };
}

/** Of an answer that says no: an object from a handler, a text where nothing handles the path. */
export interface ErrorBody {
  readonly error: ServerError | string;
}
