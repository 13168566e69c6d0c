import { deliveriesOver, receiversOver } from '../../functions/shared/adapters/stored-deliveries.ts';
import { DamagedStoreError, UsageError } from '../../functions/shared/domain/errors.ts';
import type { Layout } from '../../functions/shared/log/layout.ts';
import type { AttemptQueue, QueueGauge } from '../../functions/shared/ports/attempt-queue.ts';
import type { Broker } from '../../functions/shared/ports/broker.ts';
import type { BulkIdentities, BulkLog } from '../../functions/shared/ports/bulk-log.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { Deliveries } from '../../functions/shared/ports/deliveries.ts';
import type { DeliveryStore } from '../../functions/shared/ports/delivery-store.ts';
import type { EventLog, RecordCounts } from '../../functions/shared/ports/event-log.ts';
import type { Ledger } from '../../functions/shared/ports/ledger.ts';
import type { QueueSource } from '../../functions/shared/ports/message-queue.ts';
import type { ObjectStore } from '../../functions/shared/ports/objects.ts';
import type { Publisher } from '../../functions/shared/ports/publisher.ts';
import type { Receivers } from '../../functions/shared/ports/receivers.ts';
import type { ReplayLog } from '../../functions/shared/ports/replay-log.ts';
import type { Warehouse } from '../../functions/shared/ports/warehouse.ts';
import { SqliteAttemptQueue } from './attempt-queue.ts';
import { SqliteBulkIdentities } from './bulk-identities.ts';
import { SqliteBulkLog } from './bulk-log.ts';
import { Database, type Durability } from './database.ts';
import { SqliteDeliveries } from './deliveries.ts';
import { KnownWarehouses } from './known-warehouses.ts';
import { SqliteLedger } from './ledger.ts';
import { Log } from './log.ts';
import { SqliteObjects } from './objects.ts';
import { SqlitePublisher } from './publisher.ts';
import { Purge } from './purge.ts';
import { type Queue, SqliteQueue } from './queue.ts';
import { SqliteQueueGauge } from './queue-gauge.ts';
import { ReaderCommits } from './reader-commits.ts';
import { Replays } from './replays.ts';
import { layOut, makeTables, refuseDamaged } from './schema.ts';
import { Counters, type Totals } from './totals.ts';
import { SqliteWarehouse } from './warehouse.ts';

export type { DeadMessage, Queue } from './queue.ts';
export type { Totals } from './totals.ts';

/**
 * The store of one machine: all state of Offbeat, in one file. The changes of one call are one transaction, so that neither
 * a kill nor a power cut leaves a part of them.
 */
export interface Store {
  readonly eventLog: EventLog & RecordCounts;
  readonly broker: Broker;
  readonly replays: ReplayLog;
  readonly bulkLog: BulkLog;
  /** The identities of `bulkLog`, for an event log on a server. */
  readonly bulkIdentities: BulkIdentities;
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
  readonly warehouse: Warehouse;
  /** The publisher, whose messages arrive in `queue`. */
  readonly publisher: Publisher;
  readonly queue: Queue;
  /** Counts the messages of `queue`. */
  readonly queueGauge: QueueGauge;
  /** The queue that carries notify's attempts to persist. */
  readonly attempts: AttemptQueue & QueueSource & QueueGauge;
  readonly deliveries: Deliveries;
  readonly receivers: Receivers;
  /** The table that `deliveries` and `receivers` use. */
  readonly deliveryStore: DeliveryStore;
  readonly knownWarehouses: KnownWarehouses;
  /** Returns the counts over the store's whole life. Purged items stay counted; repeated ones count once. */
  totals(): Totals;
  /** Rejects as soon as damage is found. Never resolves. */
  readonly damaged: Promise<never>;
  /** Deletes records that all groups have read and whose retention is over, and old documents. */
  purge(): Promise<void>;
  close(): void;
}

/**
 * Opens a store, and makes it if it does not exist. The caller ensures that no other process has it open. So this ends the
 * leases and receipts of the process before.
 * @param path a file, or `:memory:`
 * @param usual the durability of the commits that are not reported to others
 * @throws {UsageError} if the file is damaged, is no store, or was made by a newer Offbeat or with other partition counts
 */
export function openStore(path: string, layout: Layout, clock: Clock, usual?: Durability): Store {
  let database: Database | undefined;
  try {
    database = new Database(path, usual);
    refuseDamaged(database, path);
    makeTables(database, path);
    layOut(database, layout, path);
    return assemble(database, clock);
  } catch (error) {
    database?.close();
    // The file itself is wrong, so that another start, such as by a supervisor, would fail too.
    throw error instanceof DamagedStoreError ? new UsageError(error.message, { cause: error }) : error;
  }
}

function assemble(database: Database, clock: Clock): Store {
  const counters = new Counters(database);
  const log = new Log(database, clock, counters);
  const commits = new ReaderCommits(database, log);
  const queue = new SqliteQueue(database, clock, counters);
  const attempts = new SqliteAttemptQueue(database, clock);
  const warehouse = new SqliteWarehouse(database, clock, counters);
  const deliveries = new SqliteDeliveries(database, clock);
  const bulkIdentities = new SqliteBulkIdentities(database, clock);
  const purge = new Purge(database, warehouse, counters);
  // No other process has the store open: workers that held a lease or a receipt ended with the process before.
  deliveries.endLeases();
  queue.endReceipts();
  attempts.endReceipts();
  return {
    eventLog: {
      append: async (records) => log.append(records),
      earliestOffset: async (topic, partition) => log.earliestOffset(topic, partition),
      countSince: async (...from) => log.countSince(...from),
    },
    broker: {
      read: (...from) => log.read(...from),
      committed: (...of) => commits.committed(...of),
      commit: (...to) => commits.commit(...to),
      endOffset: (...of) => log.endOffset(...of),
    },
    replays: new Replays(database, log),
    bulkLog: new SqliteBulkLog(database, log, bulkIdentities),
    bulkIdentities,
    ledger: new SqliteLedger(database),
    objects: new SqliteObjects(database),
    warehouse,
    publisher: new SqlitePublisher(queue, clock),
    queue,
    queueGauge: new SqliteQueueGauge(database),
    attempts,
    deliveries: deliveriesOver(deliveries),
    receivers: receiversOver(deliveries),
    deliveryStore: deliveries,
    knownWarehouses: new KnownWarehouses(database),
    damaged: database.damaged,
    totals: () => totalsOf(counters, warehouse.tables),
    purge: () => purge.run(clock.nowMs()),
    close: () => database.close(),
  };
}

function totalsOf(counters: Counters, tables: SqliteWarehouse['tables']): Totals {
  return {
    documents: counters.get('documents'),
    samples: counters.get('samples'),
    series: counters.get('series'),
    anomalies: counters.get('anomalies') + tables.get('offbeat-anomalies')!.count(),
    alerts: counters.get('alerts') + tables.get('offbeat-alerts')!.count(),
    deadLetters: counters.get('deadLetters'),
  };
}
