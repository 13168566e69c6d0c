/** A stage and a partition that it reads. */
export interface LedgerKey {
  readonly stage: string;
  readonly topic: string;
  readonly partition: number;
}

/** A reference to a block of the state: the name of its object, or, for a small block, its bytes in base64. */
export type BlockRef = { readonly object: string } | { readonly inline: string };

/** The ledger's item of one stage and partition. */
export interface LedgerItem {
  /** The number that `new-epoch` raises. */
  readonly epoch: number;
  /** The number of the last transaction that was decided; 0 before the first. */
  readonly txn: number;
  /** The offset of the next record; `null` before the first transaction, when any offset is the next. */
  readonly nextOffset: number | null;
  /** The append time of the newest record that was counted, in ms. */
  readonly newestRecordMs: number;
  /** The time at which the last transaction was decided, by the clock of its worker, in ms; 0 before the first. */
  readonly decidedAtMs: number;
  /** The blocks of the state by their names. */
  readonly blocks: Readonly<Record<string, BlockRef>>;
  /** The name of the object whose effects may not all be sent; `null` if all are sent. */
  readonly pending: string | null;
  /** The name of the attempt that wrote this item. It distinguishes a lost answer from a lost race. */
  readonly attempt: string | null;
}

/** The item of a partition of which nothing was stored yet. */
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

/** The part of an item that a worker decides. */
export type LedgerDecision = Omit<LedgerItem, 'epoch' | 'txn' | 'attempt'> & { readonly attempt: string };

/** A store of one item for each stage and partition. Its conditional writes alone decide what happened. */
export interface Ledger {
  /** Returns the item, strongly consistent, or {@link freshLedgerItem} if none is stored. */
  read(key: LedgerKey): Promise<LedgerItem>;
  /**
   * Performs the commit point: one conditional write that raises `txn` by 1 if `epoch` and `txn` are as in `from`. Once it
   * resolves, the effects of the transaction will be sent. If the condition fails, the stored `attempt` shows whether the
   * first try of this call was stored and its answer lost; that counts as success. Invariant ONE-COMMIT-POINT.
   * @returns the item as stored
   * @throws {FencedError} if another writer advanced the partition
   */
  advance(key: LedgerKey, from: LedgerItem, to: LedgerDecision): Promise<LedgerItem>;
  /** Clears `pending` if it still names `object`; otherwise does nothing. Invariant CLEARS-ITS-OWN. */
  clearPending(key: LedgerKey, object: string): Promise<void>;
  /**
   * Raises `epoch` by 1, keeps the state, and sets the next offset, for `new-epoch`.
   * @throws {FencedError} if `from` is not as stored
   */
  raiseEpoch(
    key: LedgerKey,
    from: LedgerItem,
    to: Pick<LedgerItem, 'nextOffset' | 'newestRecordMs'>,
  ): Promise<LedgerItem>;
  /** Returns the keys of all items, for the sweep. */
  keys(): Promise<readonly LedgerKey[]>;
}
