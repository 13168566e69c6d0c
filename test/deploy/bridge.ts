import type { KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { encodeKafkaEvent } from '../../functions/shared/log/kafka-event.ts';
import type { Topic } from '../../functions/shared/log/topics.ts';
import { KafkaReader } from '../real/kafka.ts';
import type { DeployedStack } from './deployed-stack.ts';

/** A replacement of event source mappings, which an emulator stores but does not run: real Kafka, real functions. */
export class Bridge {
  readonly #stack: DeployedStack;
  readonly #reader: KafkaReader;
  readonly #next = new Map<string, number>();

  constructor(connection: KafkaConnection, stack: DeployedStack) {
    this.#stack = stack;
    this.#reader = new KafkaReader(connection);
  }

  /**
   * Hands to a function the records that were appended to a partition since the last call.
   * @param part a part of the function's name in the template
   * @returns the number of records
   */
  async handOver(topic: Topic, part: string, partition = 0): Promise<number> {
    const key = `${topic}-${partition} ${part}`;
    const records = await this.#reader.read(topic, partition, this.#next.get(key));
    if (records.length === 0) return 0;
    await this.#stack.invoke(part, encodeKafkaEvent(records));
    this.#next.set(key, records.at(-1)!.offset + 1);
    return records.length;
  }

  /** Forgets all positions, as event source mappings do that are created for unknown groups. */
  startOver(): void {
    this.#next.clear();
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
