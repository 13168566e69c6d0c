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
  /** The same on every try. */
  readonly id: string;
  readonly signal: AbortSignal;
}

/** How one receiver is reached. */
export interface Channel {
  /** Longest a send may take; one begins only if this much time is left. */
  readonly timeoutMs: number;
  /** What throws counts as a failed try, but for what {@link compose} throws. */
  send(delivery: Delivery): Promise<AttemptOutcome>;
}

/** The ports that channels use. A channel uses those that its kind needs. */
export type ChannelPorts = Pick<Ports, 'secrets' | 'clock'> & {
  /** Sends a request. Default: {@link createPost}. */
  readonly send?: Post;
  /** Prints a block of lines, line breaks included. Default: writes to the standard output. */
  readonly terminal?: (text: string) => void;
  /**
   * Whether the reader of the printed blocks is a terminal that shows colours.
   * @default false
   */
  readonly colours?: boolean;
  /** Returns the flags that a command needs to reach this process, with a space in front: ` --port 8788`. Default: none. */
  readonly commandFlags?: () => string;
};

/** Opens the channel of a receiver of one kind. */
export type OpenChannel<Kind extends ReceiverKind> = (options: ReceiverOptions<Kind>, ports: ChannelPorts) => Channel;

/**
 * Makes what a receiver gets. A text that cannot be made today cannot be made tomorrow either: the receiver is given up
 * at once, instead of after days.
 * @param make without I/O
 * @throws {RefusedRecordError} `step failed`
 */
export function compose(make: () => string): string {
  try {
    return make();
  } catch (error) {
    const { reason, detail } = rejectionOf(error);
    throw new RefusedRecordError(reason, detail, { cause: error });
  }
}
