import type { Client } from '@opensearch-project/opensearch';
import { UnavailableError } from '../../domain/errors.ts';
import type { RefusedWrite } from '../../ports/warehouse.ts';
import { failureOf, outcomeOf } from './answer.ts';
import { type Action, sortAnswer } from './bulk.ts';
import type { Deadline } from './deadline.ts';

interface BulkBody {
  readonly items: Parameters<typeof sortAnswer>[1];
}

export type Refresh = true | 'wait_for';

/** Of an answer; the rest of it is as long as what was sent. */
const wanted = { filter_path: 'items.*.status,items.*.error' };

/** Sends bulk requests of one call of `write`, up to its deadline. */
export class Sender {
  readonly #client: Client;
  readonly #refresh: Refresh | undefined;
  readonly #deadline: Deadline;

  constructor(client: Client, refresh: Refresh | undefined, deadline: Deadline) {
    this.#client = client;
    this.#refresh = refresh;
    this.#deadline = deadline;
  }

  /**
   * Sends until every one of `actions` is written or refused, with full jitter between the tries.
   * @throws {UnavailableError} at the deadline, or at once where no later try can help: some may be written
   */
  async send(actions: readonly Action[]): Promise<readonly RefusedWrite[]> {
    const refused: RefusedWrite[] = [];
    let left = actions;
    for (let tries = 1; left.length > 0; tries += 1) {
      const answer = await this.#ask(left);
      if (answer.outcome === 'too much') return [...refused, ...(await this.#divide(left, answer.words))];
      refused.push(...answer.refused);
      if (answer.blocked !== undefined) throw new UnavailableError(notWritten(left.length, answer.blocked));
      left = answer.again;
      // Only respelt ones: nothing is overloaded.
      if (left.length === 0 || answer.words === undefined) continue;
      await this.#deadline.backOff(tries, notWritten(left.length, answer.words));
    }
    return refused;
  }

  async #ask(actions: readonly Action[]) {
    try {
      const { body } = await this.#client.transport.request(
        {
          method: 'POST',
          path: '/_bulk',
          bulkBody: actions.map((action) => action.body).join(''),
          querystring: { ...wanted, ...(this.#refresh === undefined ? {} : { refresh: this.#refresh }) },
        },
        this.#deadline.requestOptions(),
      );
      return { outcome: 'sorted', ...sortAnswer(actions, (body as BulkBody).items) } as const;
    } catch (error) {
      const failure = failureOf(error);
      if (failure === undefined) throw error;
      const words = `${failure.status} ${failure.words}`;
      const outcome = outcomeOf(failure.status, failure.error);
      if (outcome === 'refused') return { outcome: 'too much', words: failure.words } as const;
      const blocked = outcome === 'blocked' ? words : undefined;
      return { outcome: 'sorted', refused: [], again: actions, words, blocked } as const;
    }
  }

  /** A request that is refused as a whole, for its length or for one of its documents: halves of it tell which. */
  async #divide(actions: readonly Action[], words: string): Promise<readonly RefusedWrite[]> {
    if (actions.length === 1) return [{ index: actions[0]!.index, reason: words }];
    const half = Math.ceil(actions.length / 2);
    const first = await this.send(actions.slice(0, half));
    return [...first, ...(await this.send(actions.slice(half)))];
  }
}

const notWritten = (count: number, words: string): string =>
  `OpenSearch, write: ${count} documents are not written: ${words}`;
