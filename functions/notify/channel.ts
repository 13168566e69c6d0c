import type { Post } from '../shared/adapters/http/post.ts';
import type { Alert } from '../shared/domain/alert.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import type { ReceiverKind, ReceiverOptions } from '../shared/domain/receivers/registry.ts';
import { rejectionOf } from '../shared/log/dead-letter.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { AttemptOutcome } from './outcome.ts';

/** One transition on its way to one receiver. */
export interface Delivery {
  readonly alert: Alert;
  /** An id that is the same on every attempt. */
  readonly id: string;
  readonly signal: AbortSignal;
}

/** The way to one receiver. */
export interface Channel {
  /** The longest time that a send may take. A send begins only if as much time is left. */
  readonly timeoutMs: number;
  /** Sends a transition. An error counts as a failed attempt; one of {@link compose} counts as a refusal. */
  send(delivery: Delivery): Promise<AttemptOutcome>;
}

/** The ports that channels use. A channel uses those that its kind needs. */
export type ChannelPorts = Pick<Ports, 'secrets' | 'clock'> & {
  /** Sends a request. Default: {@link createPost}. */
  readonly send?: Post;
  /** Prints a block of lines, line breaks included. Default: writes to the standard output. */
  readonly terminal?: (text: string) => void;
  /**
   * States whether the reader of the printed blocks is a terminal that shows colours.
   * @default false
   */
  readonly colours?: boolean;
  /** Returns the flags that a command needs to reach this process, with a space in front: ` --port 8788`. Default: none. */
  readonly commandFlags?: () => string;
};

/** Opens the channel of a receiver of one kind. */
export type OpenChannel<Kind extends ReceiverKind> = (options: ReceiverOptions<Kind>, ports: ChannelPorts) => Channel;

/**
 * Returns the text for a receiver. A text that cannot be made now cannot be made later either, so the delivery is given up at
 * once and not after a day of attempts.
 * @param make makes the text without I/O
 * @throws {RefusedRecordError} with the reason `step failed` if `make` throws
 */
export function compose(make: () => string): string {
  try {
    return make();
  } catch (error) {
    const { reason, detail } = rejectionOf(error);
    throw new RefusedRecordError(reason, detail, { cause: error });
  }
}
