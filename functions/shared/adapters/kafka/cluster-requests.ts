import {
  Admin,
  type BaseOptions,
  type Connection,
  findErrorBy,
  kGetApi,
  kGetBootstrapConnection,
  kGetConnection,
} from '@platformatic/kafka';
import { type AnswerBounds, BoundedAnswers } from './bounded-answers.ts';
import { type AskedOffset, type FoundTime, fetchTimes } from './fetch-times.ts';

export interface MetadataAnswer {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
  readonly controllerId: number;
  readonly topics: readonly {
    readonly name: string | null;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly leaderId: number;
      readonly replicaNodes: readonly number[];
      readonly isrNodes: readonly number[];
    }[];
  }[];
}

export interface OffsetsAnswer {
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly errorCode: number;
      readonly offset: bigint;
    }[];
  }[];
}

export interface LogDirsAnswer {
  readonly results: readonly {
    readonly errorCode: number;
    readonly topics: readonly {
      readonly name: string;
      readonly partitions: readonly { readonly partitionIndex: number; readonly partitionSize: bigint }[];
    }[];
    readonly totalBytes?: bigint;
    readonly usableBytes?: bigint;
  }[];
}

/** A broker as the client names it. */
interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** The partitions of a topic whose offsets are asked for. */
export interface AskedTopic {
  readonly name: string;
  readonly partitions: readonly number[];
}

/** The times by which the first and the next offset of a partition are asked for. */
const timestamps = { oldest: -2n, newest: -1n } as const;

/**
 * The requests of the admin client that keep the good parts of an answer with errors. The client's own methods throw away the
 * metadata of a cluster as soon as one of its partitions has no leader, which is what a collection is there to see.
 */
export class ClusterRequests extends Admin {
  readonly #answers: BoundedAnswers;

  constructor(options: BaseOptions, bounds: AnswerBounds) {
    super(options);
    this.#answers = new BoundedAnswers(this.connections, bounds);
  }

  /** The words for an answer that was refused, because it is larger than what is read; `undefined` if none was. */
  get refusal(): string | undefined {
    return this.#answers.refusal;
  }

  /** Returns brokers, controller and all topics, Kafka's own too. */
  async allTopics(): Promise<MetadataAnswer> {
    const connection = await called<Connection>((done) => this[kGetBootstrapConnection](done));
    return this.#ask('Metadata', connection, [null, false, false]);
  }

  /** Returns the first, or the next, offsets of partitions that a broker leads. */
  async offsets(
    which: keyof typeof timestamps,
    leader: BrokerAddress,
    topics: readonly AskedTopic[],
  ): Promise<OffsetsAnswer> {
    const asked = topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((partitionIndex) => ({
        partitionIndex,
        currentLeaderEpoch: -1,
        timestamp: timestamps[which],
      })),
    }));
    return this.#ask('ListOffsets', await this.#connect(leader), [-1, 0, asked]);
  }

  /** Returns the times of messages in partitions that a broker leads. Each partition is named once at most. */
  async times(leader: BrokerAddress, offsets: readonly AskedOffset[]): Promise<readonly FoundTime[]> {
    return fetchTimes.async(await this.#connect(leader), offsets);
  }

  /** Returns the log directories of a broker with the sizes of all partitions in them. */
  async logDirs(broker: BrokerAddress): Promise<LogDirsAnswer> {
    const answer = await this.#ask<LogDirsAnswer & { errorCode?: number }>(
      'DescribeLogDirs',
      await this.#connect(broker),
      [null],
    );
    if (answer.errorCode) throw new Error(`the broker refuses, error ${answer.errorCode} of Kafka's protocol`);
    return answer;
  }

  #connect({ host, port }: BrokerAddress): Promise<Connection> {
    return called<Connection>((done) => this[kGetConnection]({ host, port }, done));
  }

  async #ask<Answer>(name: string, connection: Connection, values: readonly unknown[]): Promise<Answer> {
    const api = await called<{ async: (connection: Connection, ...values: unknown[]) => Promise<Answer> }>((done) =>
      this[kGetApi]<unknown[], Answer>(name, done),
    );
    try {
      return await api.async(connection, ...values);
    } catch (error) {
      const found = error instanceof Error ? findErrorBy(error, 'code', 'PLT_KFK_RESPONSE') : null;
      if (found === null || !('response' in found) || found.response == null) throw error;
      return found.response as Answer;
    }
  }
}

type Done<Value> = (error: Error | null, value?: Value) => void;

/** Calls a function of the client with a callback. */
const called = <Value>(call: (done: Done<Value>) => void): Promise<Value> =>
  new Promise((resolve, reject) => {
    call((error, value) => (error === null || error === undefined ? resolve(value!) : reject(error)));
  });
