import {
  type Claim,
  type ClaimedState,
  type ClaimRequest,
  claimRefusal,
  type Deliveries,
  type DeliveryItem,
} from '../../ports/deliveries.ts';
import type { Database, Statement } from './database.ts';

interface Row {
  readonly acknowledged: number;
  /** JSON: every revision that was given up; an alert has few. */
  readonly given_up: string;
  /** The highest revision ever claimed. */
  readonly claimed: number;
  readonly attempts: number;
  readonly lease_owner: string | null;
  readonly lease_until_ms: number;
}

const fresh: Row = { acknowledged: 0, given_up: '[]', claimed: 0, attempts: 0, lease_owner: null, lease_until_ms: 0 };

/** Delivery items as rows, each change one transaction. */
export class SqliteDeliveries implements Deliveries {
  readonly #database: Database;
  readonly #get: Statement<Row>;
  readonly #put: Statement;
  readonly #list: Statement<Row & { receiver: string; alert: string }>;

  constructor(database: Database) {
    this.#database = database;
    this.#get = database.prepare(
      'SELECT acknowledged, given_up, claimed, attempts, lease_owner, lease_until_ms FROM deliveries ' +
        'WHERE receiver = ? AND alert = ?',
    );
    this.#put = database.prepare(
      'INSERT OR REPLACE INTO deliveries (receiver, alert, acknowledged, given_up, claimed, attempts, lease_owner, ' +
        'lease_until_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#list = database.prepare('SELECT * FROM deliveries ORDER BY receiver, alert');
  }

  /** Ends every lease: who held one is gone. */
  endLeases(): void {
    this.#database.prepare('UPDATE deliveries SET lease_owner = NULL, lease_until_ms = 0').run();
  }

  async claim(request: ClaimRequest): Promise<Claim> {
    const { receiver, alertId, revision, owner, nowMs, leaseMs } = request;
    return this.#database.transaction(() => {
      const stored = this.#read(receiver, alertId);
      const refusal = claimRefusal(request, claimedStateOf(stored));
      if (refusal !== undefined) return refusal;
      const isHighest = revision > stored.claimed;
      this.#write(receiver, alertId, {
        ...stored,
        claimed: isHighest ? revision : stored.claimed,
        attempts: isHighest ? 0 : stored.attempts,
        lease_owner: owner,
        lease_until_ms: nowMs + leaseMs,
      });
      return 'claimed';
    });
  }

  async acknowledge(receiver: string, alertId: string, revision: number, owner: string): Promise<void> {
    this.#change(receiver, alertId, owner, (stored) => ({ acknowledged: Math.max(stored.acknowledged, revision) }));
  }

  async release(receiver: string, alertId: string, owner: string): Promise<number> {
    return this.#change(receiver, alertId, owner, (stored) => ({ attempts: stored.attempts + 1 })).attempts;
  }

  async giveUp(receiver: string, alertId: string, revision: number, owner: string): Promise<void> {
    this.#change(receiver, alertId, owner, (stored) => ({
      given_up: JSON.stringify([...new Set([...givenUpOf(stored), revision])]),
    }));
  }

  async list(): Promise<readonly DeliveryItem[]> {
    return this.#list.all().map(({ receiver, alert, ...row }) => ({
      receiver,
      alertId: alert,
      acknowledgedRevision: row.acknowledged,
      givenUpRevision: Math.max(0, ...givenUpOf(row)),
      attempts: row.attempts,
    }));
  }

  /** Ends the lease, if it is still this owner's, and changes what `change` says. */
  #change(receiver: string, alertId: string, owner: string, change: (stored: Row) => Partial<Row>): Row {
    return this.#database.transaction(() => {
      const stored = this.#read(receiver, alertId);
      const lease = stored.lease_owner === owner ? { lease_owner: null, lease_until_ms: 0 } : {};
      const changed = { ...stored, ...lease, ...change(stored) };
      this.#write(receiver, alertId, changed);
      return changed;
    }, 'on disk');
  }

  #read(receiver: string, alertId: string): Row {
    return this.#get.get(receiver, alertId) ?? fresh;
  }

  #write(receiver: string, alertId: string, row: Row): void {
    const { acknowledged, given_up, claimed, attempts, lease_owner, lease_until_ms } = row;
    this.#put.run(receiver, alertId, acknowledged, given_up, claimed, attempts, lease_owner, lease_until_ms);
  }
}

function claimedStateOf(row: Row): ClaimedState {
  return {
    acknowledgedRevision: row.acknowledged,
    givenUp: givenUpOf(row),
    claimedRevision: row.claimed,
    lease: row.lease_owner === null ? undefined : { owner: row.lease_owner, untilMs: row.lease_until_ms },
  };
}

const givenUpOf = ({ given_up }: Pick<Row, 'given_up'>): number[] => JSON.parse(given_up);
