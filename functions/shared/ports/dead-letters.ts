import type { Letter } from '../log/dead-letter-message.ts';
import type { OutgoingRecord } from '../log/record.ts';
import type { RefusedAppend } from './event-log.ts';

/** The place of dead letters: their topic, which an `EventLog` appends to, or a queue where a function reaches no broker. */
export interface DeadLetters {
  /**
   * Keeps letters for an operator. A letter that is passed again has the same name, by which its reader recognises it.
   * @param signal aborts when the time is over in which letters may be sent again
   * @returns the letters that were refused and will be refused each time, such as one that is too large; all others are kept
   * @throws {UnavailableError} where a later try may succeed; pass all of them again then
   */
  append(letters: readonly OutgoingRecord[], signal?: AbortSignal): Promise<readonly RefusedAppend[]>;
}

/** A message of a queue of dead letters. */
export interface QueuedLetter {
  /** The id of the message. */
  readonly id: string;
  /** The letter; `undefined` for a message that is none, because another program wrote it. */
  readonly letter: Letter | undefined;
}

/** The dead letters of a queue, for an operator's redrive. */
export interface QueuedLetters {
  /**
   * Returns all messages, and hides them from other readers until `release`.
   * @throws {UnavailableError} where a later try may succeed
   */
  list(): Promise<readonly QueuedLetter[]>;
  /**
   * Removes listed messages.
   * @throws {UnavailableError} where a later try may succeed
   */
  remove(ids: readonly string[]): Promise<void>;
  /** Makes the listed messages that were not removed visible to others again. */
  release(): Promise<void>;
}
