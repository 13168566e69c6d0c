import type { Caller, Probing, ReceiverRecord } from '../domain/receiver-record.ts';

/** An answer to whether a message may be sent to a receiver now. */
export type Admission =
  /** The receiver is away, and another message tries it. */
  | { readonly kind: 'waits'; readonly untilMs: number; readonly reason: string }
  /**
   * The message may be sent. `isProbe` is true if the receiver is away and this message alone tries it. `healthySinceMs` is
   * the time at which the receiver last came back.
   */
  | { readonly kind: 'admitted'; readonly isProbe: boolean; readonly healthySinceMs: number };

/**
 * The records of receivers: whether each accepts its messages. The rules are in `domain/receiver-record.ts`.
 *
 * Each method throws {@link UnavailableError} where a later try may succeed.
 */
export interface Receivers {
  /** Decides whether a message may be sent now. */
  admit(receiver: string, probing: Probing): Promise<Admission>;
  /**
   * Records that the receiver accepted a message, or refused this one message.
   * @param refusal the reason of the refusal; absent if it accepted the message
   * @returns whether the receiver was away until then
   */
  answered(receiver: string, caller: Caller, refusal?: string): Promise<boolean>;
  /** Records a failed attempt and returns the record after it. */
  failed(receiver: string, caller: Caller, reason: string): Promise<ReceiverRecord>;
  /** Ends the owner's probe, which was not made. */
  withdraw(receiver: string, owner: string): Promise<void>;
  /** Returns the records of the named receivers, in this order. */
  records(names: readonly string[]): Promise<readonly ReceiverRecord[]>;
}
