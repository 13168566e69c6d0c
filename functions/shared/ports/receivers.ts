import type { Caller, Probing, ReceiverRecord } from '../domain/receiver-record.ts';

/** Whether a message may be sent to a receiver now. */
export type Admission =
  /** The receiver is away, and it is not this message's turn to try it. */
  | { readonly kind: 'waits'; readonly untilMs: number; readonly reason: string }
  /** `isProbe`: the receiver is away, and this message alone tries it. `healthySinceMs`: when it last came back. */
  | { readonly kind: 'admitted'; readonly isProbe: boolean; readonly healthySinceMs: number };

/**
 * Records of receivers: whether each takes what it gets. The rules are those of `domain/receiver-record.ts`.
 *
 * Every verb throws {@link UnavailableError} where a later try may succeed.
 */
export interface Receivers {
  admit(receiver: string, probing: Probing): Promise<Admission>;
  /**
   * Records that it took a message, or refused that one.
   * @param refusal why it refused it; absent where it took it
   * @returns whether it had been away until then
   */
  answered(receiver: string, caller: Caller, refusal?: string): Promise<boolean>;
  /** Records a try that failed. @returns the record after it */
  failed(receiver: string, caller: Caller, reason: string): Promise<ReceiverRecord>;
  /** Ends the owner's probe, which came to nothing. */
  withdraw(receiver: string, owner: string): Promise<void>;
  /** What is known of those that are named, in that order. */
  records(names: readonly string[]): Promise<readonly ReceiverRecord[]>;
}
