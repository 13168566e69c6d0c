import { FencedError } from '../../functions/shared/domain/errors.ts';
import {
  freshLedgerItem,
  type Ledger,
  type LedgerDecision,
  type LedgerItem,
  type LedgerKey,
} from '../../functions/shared/ports/ledger.ts';
import type { Database, Statement } from './database.ts';

interface Row {
  readonly epoch: number;
  readonly txn: number;
  readonly next_offset: number | null;
  readonly newest_ms: number;
  readonly decided_ms: number;
  readonly blocks: string;
  readonly pending: string | null;
  readonly attempt: string | null;
}

/** The ledger as one table. Each decision is one transaction. */
export class SqliteLedger implements Ledger {
  readonly #database: Database;
  readonly #get: Statement<Row>;
  readonly #put: Statement;
  readonly #clear: Statement;
  readonly #keys: Statement<LedgerKey>;

  constructor(database: Database) {
    this.#database = database;
    this.#get = database.prepare(
      'SELECT epoch, txn, next_offset, newest_ms, decided_ms, blocks, pending, attempt FROM ledger ' +
        'WHERE stage = ? AND topic = ? AND partition = ?',
    );
    this.#put = database.prepare(
      'INSERT OR REPLACE INTO ledger (stage, topic, partition, epoch, txn, next_offset, newest_ms, decided_ms, blocks, ' +
        'pending, attempt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#clear = database.prepare(
      'UPDATE ledger SET pending = NULL WHERE stage = ? AND topic = ? AND partition = ? AND pending = ?',
    );
    this.#keys = database.prepare('SELECT stage, topic, partition FROM ledger ORDER BY stage, topic, partition');
  }

  async read(key: LedgerKey): Promise<LedgerItem> {
    return this.#read(key);
  }

  async advance(key: LedgerKey, from: LedgerItem, to: LedgerDecision): Promise<LedgerItem> {
    return this.#database.transaction(() => {
      const stored = this.#read(key);
      if (stored.attempt === to.attempt) return stored;
      expectUnchanged(key, from, stored);
      return this.#write(key, { ...to, epoch: stored.epoch, txn: stored.txn + 1 });
    });
  }

  async clearPending({ stage, topic, partition }: LedgerKey, object: string): Promise<void> {
    this.#clear.run(stage, topic, partition, object);
  }

  async raiseEpoch(
    key: LedgerKey,
    from: LedgerItem,
    { nextOffset, newestRecordMs }: Pick<LedgerItem, 'nextOffset' | 'newestRecordMs'>,
  ): Promise<LedgerItem> {
    return this.#database.transaction(() => {
      const stored = this.#read(key);
      expectUnchanged(key, from, stored);
      return this.#write(key, { ...stored, epoch: stored.epoch + 1, nextOffset, newestRecordMs });
    });
  }

  async keys(): Promise<readonly LedgerKey[]> {
    return this.#keys.all().map(({ stage, topic, partition }) => ({ stage, topic, partition }));
  }

  #read({ stage, topic, partition }: LedgerKey): LedgerItem {
    const row = this.#get.get(stage, topic, partition);
    if (row === undefined) return freshLedgerItem;
    const { next_offset, newest_ms, decided_ms, blocks, ...same } = row;
    const times = { newestRecordMs: newest_ms, decidedAtMs: decided_ms };
    return { ...same, ...times, nextOffset: next_offset, blocks: JSON.parse(blocks) };
  }

  #write({ stage, topic, partition }: LedgerKey, item: LedgerItem): LedgerItem {
    const { epoch, txn, nextOffset, newestRecordMs, decidedAtMs, blocks, pending, attempt } = item;
    const decided = [newestRecordMs, decidedAtMs, JSON.stringify(blocks), pending, attempt];
    this.#put.run(stage, topic, partition, epoch, txn, nextOffset, ...decided);
    return item;
  }
}

function expectUnchanged({ stage, topic, partition }: LedgerKey, from: LedgerItem, stored: LedgerItem): void {
  if (stored.epoch === from.epoch && stored.txn === from.txn) return;
  throw new FencedError(
    `${stage} ${topic}/${partition}: expected epoch ${from.epoch} and transaction ${from.txn}, ` +
      `stored are ${stored.epoch} and ${stored.txn}`,
  );
}
