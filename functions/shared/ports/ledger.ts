/** One stateful stage's reading of one partition. */
export interface LedgerKey {
  readonly stage: string;
  readonly topic: string;
  readonly partition: number;
}

/** Where a state block lies: in a transaction object, or, while it is small, here (base64). */
export type BlockRef = { readonly object: string } | { readonly inline: string };

/** What one stage knows of one partition. */
export interface LedgerItem {
  readonly epoch: number;
  /** Number of the last transaction that was decided; 0 before the first. */
  readonly txn: number;
  /** `null` before the first transaction: then any offset is the next. */
  readonly nextOffset: number | null;
  /** Broker time of the newest record counted. */
  readonly newestRecordMs: number;
  /** When the last transaction was decided, by the clock of the worker that decided it; 0 before the first. */
  readonly decidedAtMs: number;
  readonly blocks: Readonly<Record<string, BlockRef>>;
  /** The transaction object whose effects are perhaps not out. */
  readonly pending: string | null;
  /** Name of the attempt that made this item: tells a lost answer from a lost race. */
  readonly attempt: string | null;
}

export const freshLedgerItem: LedgerItem = {
  epoch: 0,
  txn: 0,
  nextOffset: null,
  newestRecordMs: 0,
  decidedAtMs: 0,
  blocks: {},
  pending: null,
  attempt: null,
};

export type LedgerDecision = Omit<LedgerItem, 'epoch' | 'txn' | 'attempt'> & { readonly attempt: string };

/** The only thing that decides. */
export interface Ledger {
  /** The item, or {@link freshLedgerItem} for a partition never seen. Strongly consistent. */
  read(key: LedgerKey): Promise<LedgerItem>;
  /**
   * The commit point: one conditional write, `txn` to `txn + 1`, only if `epoch` and `txn` are as in `from`. Once
   * this resolves, the transaction's effects must and will go out. On a failed condition the stored `attempt` tells
   * whether our own first try won and its answer was lost.
   * @returns the item as stored
   * @throws {FencedError} if another writer advanced the partition
   */
  advance(key: LedgerKey, from: LedgerItem, to: LedgerDecision): Promise<LedgerItem>;
  /** Clears `pending` if it still names `object`; otherwise does nothing. Invariant CLEARS-ITS-OWN. */
  clearPending(key: LedgerKey, object: string): Promise<void>;
  /**
   * For `new-epoch`: raises `epoch`, keeps the state, and sets what comes next.
   * @throws {FencedError} if `from` is not as stored
   */
  raiseEpoch(
    key: LedgerKey,
    from: LedgerItem,
    to: Pick<LedgerItem, 'nextOffset' | 'newestRecordMs'>,
  ): Promise<LedgerItem>;
  /** Every partition the ledger knows, for the sweeper and the collector. */
  keys(): Promise<readonly LedgerKey[]>;
}
