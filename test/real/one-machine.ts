import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Health } from '../../functions/api/health.ts';
import { isDocument } from '../../functions/normalise/normalise.ts';
import type { KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { kafkaEventLog } from '../../functions/shared/adapters/kafka/event-log.ts';
import { createTopics } from '../../functions/shared/adapters/kafka/topics.ts';
import type { Environment } from '../../functions/shared/environment/variables.ts';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { beatRecord } from '../../functions/shared/log/live-records.ts';
import type { LogRecord } from '../../functions/shared/log/record.ts';
import { onePartitionEach, type Topic, topics } from '../../functions/shared/log/topics.ts';
import type { Family } from '../../functions/shared/ports/warehouse.ts';
import { storeFile } from '../../local/data-dir.ts';
import { GroupsView, groupsOfFlow } from '../../local/kafka/groups-view.ts';
import { defaultDataDir } from '../../local/run.ts';
import { type Finished, spawnOffbeat } from '../bin/run-cli.ts';
import { KafkaReader, testAdmin } from './kafka.ts';
import { OffbeatProcess } from './offbeat-process.ts';
import { startKafka } from './servers/kafka.ts';
import type { StartedServer } from './servers/server.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * A machine of its own: a Kafka, `offbeat start` over it with SQLite for the rest, and an operator's shell in the
 * folder in which it was started. Shippers reach the Kafka whether Offbeat runs or not.
 */
export class OneMachine {
  readonly #kafka: StartedServer;
  readonly #folder = mkdtempSync(join(tmpdir(), 'offbeat-one-machine-'));
  #process: OffbeatProcess | undefined;

  private constructor(kafka: StartedServer) {
    this.#kafka = kafka;
  }

  static async open(): Promise<OneMachine> {
    return new OneMachine(await startKafka());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process?.end('SIGKILL');
    await this.#kafka.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** The address of its Kafka. */
  get broker(): string {
    return this.#kafka.address;
  }

  /** The address at which its Offbeat answers. */
  get url(): string {
    return this.#process!.url!;
  }

  get #connection(): KafkaConnection {
    return { brokers: [this.#kafka.address] };
  }

  get #env(): Environment {
    const { PATH, HOME } = process.env;
    return { PATH, HOME, OFFBEAT_KAFKA_BROKERS: this.#kafka.address, OFFBEAT_KAFKA_SESSION: '4s' };
  }

  get #dataDir(): string {
    return join(this.#folder, defaultDataDir);
  }

  /** Waits until it reads. */
  async start(): Promise<void> {
    this.#process = new OffbeatProcess(this.#dataDir, this.#env);
    await this.#process.isUp();
  }

  /** Stops it as Ctrl-C does. */
  async stop(): Promise<void> {
    await this.#process?.end('SIGINT');
  }

  health(): Promise<Health> {
    return this.#process!.health();
  }

  /** Returns whether every stage has read everything. */
  async isSettled(): Promise<boolean> {
    const groups = new GroupsView(this.#connection, groupsOfFlow());
    return groups.isSettled().finally(() => groups.close());
  }

  /** Runs a command as it is typed, without any option that names store or servers. */
  command(...args: readonly string[]): Promise<Finished> {
    return spawnOffbeat(args, '', this.#folder, this.#env);
  }

  async ship(documents: readonly Row[]): Promise<void> {
    const log = kafkaEventLog(this.#connection);
    try {
      await log.append(documents.map((document) => beatRecord(document, defaultLayout)));
    } finally {
      await log.close();
    }
  }

  /** Returns the number of records that were ever appended to a topic as it is now. */
  async endOffset(topic: Topic): Promise<number> {
    const reader = new KafkaReader(this.#connection);
    return reader.endOffset(topic, 0).finally(() => reader.close());
  }

  /** Returns the documents that shippers appended. */
  async beats(): Promise<readonly LogRecord[]> {
    const reader = new KafkaReader(this.#connection);
    return (await reader.read(topics.beats, 0).finally(() => reader.close())).filter(isDocument);
  }

  /** Deletes topics with all their records, and creates them again. */
  async recreate(...names: readonly Topic[]): Promise<void> {
    const admin = testAdmin(this.#connection);
    try {
      await admin.deleteTopics({ topics: [...names] });
    } finally {
      await admin.close();
    }
    await createTopics(this.#connection, onePartitionEach);
  }

  /** Returns what the warehouse contains, whatever else uses it. */
  documents(family: Family): readonly Row[] {
    const database = new DatabaseSync(join(this.#dataDir, storeFile), { readOnly: true });
    try {
      const rows = database.prepare(`SELECT document FROM "${family}"`).all();
      return rows.map(({ document }) => JSON.parse(String(document)));
    } finally {
      database.close();
    }
  }
}
