import type { Letter } from '../../functions/shared/log/dead-letter-message.ts';
import { partitionOf, topics } from '../../functions/shared/log/topics.ts';
import type { DeadLetters, QueuedLetters } from '../../functions/shared/ports/dead-letters.ts';
import type { Ports } from '../../functions/shared/ports/index.ts';
import { type LetterFilter, matches } from './redrive.ts';

/** A letter in a queue, with the id of its message. */
export interface FoundLetter extends Letter {
  readonly id: string;
}

/** The messages of a queue of dead letters, as a redrive sees them. */
export interface FoundLetters {
  /** The letters that match the filter and can be sent back. */
  readonly letters: readonly FoundLetter[];
  /** The number of messages that are no letter, because another program wrote them. They stay in the queue. */
  readonly foreign: number;
}

/** Returns the letters of a queue that match a filter. All messages are hidden from other readers until `release`. */
export async function findLetters(filter: LetterFilter, queued: Pick<QueuedLetters, 'list'>): Promise<FoundLetters> {
  const all = await queued.list();
  const read = all.flatMap(({ id, letter }) => (letter === undefined ? [] : [{ id, ...letter }]));
  return { letters: read.filter((letter) => matches(letter, filter)), foreign: all.length - read.length };
}

/**
 * Moves letters of a queue to the topic of dead letters, from where a redrive sends them as every other letter. A letter is
 * appended before it is removed. If this process dies in between, the letter is on the topic twice, under one name, and a
 * redrive sends it once.
 * @returns the letters that the log refused, each with the reason; they stay in the queue
 * @throws {UnavailableError} where a later try may succeed
 */
export async function moveToTopic(
  letters: readonly FoundLetter[],
  queued: Pick<QueuedLetters, 'remove'>,
  { eventLog, layout }: Pick<Ports, 'layout'> & { readonly eventLog: DeadLetters },
): Promise<readonly { readonly letter: FoundLetter; readonly reason: string }[]> {
  const topic = topics.deadLetters;
  const records = letters.map(({ key, value, headers }) => ({
    topic,
    partition: partitionOf(key, layout.partitions[topic]),
    key,
    value,
    headers,
  }));
  const refused = new Map((await eventLog.append(records)).map(({ index, reason }) => [index, reason]));
  await queued.remove(letters.filter((_, index) => !refused.has(index)).map(({ id }) => id));
  return [...refused].map(([index, reason]) => ({ letter: letters[index]!, reason }));
}
