import type { Client } from '@opensearch-project/opensearch';
import { UnavailableError } from '../../domain/errors.ts';
import type { RefusedWrite } from '../../ports/warehouse.ts';
import { answerKindOf, type Failure, failureOf, isFieldLimit } from './answer.ts';
import { type Action, type BulkItem, reduce, type SortedAnswer, sortAnswer } from './bulk.ts';
import { collisionsOf, conflictsOf } from './conflicts.ts';
import type { Deadline } from './deadline.ts';

type Items = Parameters<typeof sortAnswer>[1];

interface BulkBody {
  readonly items?: Items;
}

/** The refresh of the index that a write requires: a refresh at once, or the next regular one. */
export type Refresh = true | 'wait_for';

/** The fields of an answer that are needed. The whole answer would be as long as the request. */
const answerFields = { filter_path: 'items.*.status,items.*.error' };

/** Sends the bulk requests of one call of `write`, until its deadline. */
export class Sender {
  readonly #client: Client;
  readonly #refresh: Refresh | undefined;
  readonly #deadline: Deadline;
  /** The actions so far whose id exists already. */
  readonly #conflicts: Action[] = [];

  constructor(client: Client, refresh: Refresh | undefined, deadline: Deadline) {
    this.#client = client;
    this.#refresh = refresh;
    this.#deadline = deadline;
  }

  /**
   * Sends actions until each of them is written or refused, with waits between the attempts.
   * @returns the writes that were refused
   * @throws {UnavailableError} at the deadline, or at once if no later attempt can help; some actions may be written
   */
  async send(actions: readonly Action[]): Promise<readonly RefusedWrite[]> {
    const refused: RefusedWrite[] = [];
    let left = actions;
    for (let attempts = 1; left.length > 0; attempts += 1) {
      const answer = await this.#sendOnce(left);
      if ('refusal' in answer) return [...refused, ...(await this.#divide(left, answer.refusal))];
      refused.push(...answer.refused);
      if (answer.blocked !== undefined) throw new UnavailableError(notWritten(left.length, answer.blocked));
      left = answer.again;
      // Only actions whose names are spelled in another way are left: the server is not overloaded, so there is no wait.
      if (left.length === 0 || answer.passing === undefined) continue;
      await this.#deadline.backOff(attempts, notWritten(left.length, answer.passing));
    }
    return refused;
  }

  /** Returns the writes of all actions sent so far whose id another document has. */
  collisions(): Promise<readonly RefusedWrite[]> {
    return collisionsOf(this.#client, this.#conflicts, this.#deadline);
  }

  /** Sends actions in one request. Returns the sorted actions, or the refusal of the request as a whole. */
  async #sendOnce(actions: readonly Action[]): Promise<SortedAnswer | { readonly refusal: Failure }> {
    try {
      const { body } = await this.#client.transport.request(
        {
          method: 'POST',
          path: '/_bulk',
          bulkBody: actions.map((action) => action.body).join(''),
          querystring: { ...answerFields, ...(this.#refresh === undefined ? {} : { refresh: this.#refresh }) },
        },
        this.#deadline.requestOptions(),
      );
      const { items } = body as BulkBody;
      if (!isAnswerTo(actions, items)) return { refused: [], again: actions, passing: malformed, blocked: undefined };
      this.#conflicts.push(...conflictsOf(actions, items));
      return sortAnswer(actions, items);
    } catch (error) {
      const failure = failureOf(error);
      if (failure === undefined) throw error;
      const kind = answerKindOf(failure.status, failure.error);
      if (kind === 'refused') return { refusal: failure };
      const passing = `${failure.status} ${failure.text}`;
      return { refused: [], again: actions, passing, blocked: kind === 'blocked' ? passing : undefined };
    }
  }

  /**
   * Sends the two halves of a request that was refused as a whole, for its length or for one of its documents. So the
   * document is found in the end.
   */
  async #divide(actions: readonly Action[], { error, text }: Failure): Promise<readonly RefusedWrite[]> {
    if (actions.length === 1) {
      const [action] = actions as readonly [Action];
      const reduced = isFieldLimit(error) ? reduce(action, text) : undefined;
      return reduced === undefined ? [{ index: action.index, reason: text }] : this.send([reduced]);
    }
    const half = Math.ceil(actions.length / 2);
    const first = await this.send(actions.slice(0, half));
    return [...first, ...(await this.send(actions.slice(half)))];
  }
}

/** The error of an answer that something between here and the server wrote, such as a proxy. */
const malformed = '200 the answer does not have a status for each document';

function isAnswerTo(actions: readonly Action[], items: Items | undefined): items is Items {
  if (!Array.isArray(items) || items.length !== actions.length) return false;
  return items.every((item) => typeof Object.values<Partial<BulkItem>>(item ?? {})[0]?.status === 'number');
}

const notWritten = (count: number, text: string): string =>
  `OpenSearch, write: ${count} documents are not written: ${text}`;
