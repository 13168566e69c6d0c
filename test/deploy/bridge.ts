import type { KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { encodeKafkaEvent } from '../../functions/shared/log/kafka-event.ts';
import type { Topic } from '../../functions/shared/log/topics.ts';
import { KafkaReader } from '../real/kafka.ts';
import type { DeployedStack } from './deployed-stack.ts';

/** In the place of event source mappings, which an emulator keeps but does not follow: real Kafka, real functions. */
export class Bridge {
  readonly #stack: DeployedStack;
  readonly #reader: KafkaReader;
  readonly #next = new Map<string, number>();

  constructor(connection: KafkaConnection, stack: DeployedStack) {
    this.#stack = stack;
    this.#reader = new KafkaReader(connection);
  }

  /**
   * Hands to a function what came to a partition since it was handed any.
   * @param part of the function's name in the template
   * @returns how many records
   */
  async handOver(topic: Topic, part: string, partition = 0): Promise<number> {
    const key = `${topic}-${partition} ${part}`;
    const records = await this.#reader.read(topic, partition, this.#next.get(key));
    if (records.length === 0) return 0;
    await this.#stack.invoke(part, encodeKafkaEvent(records));
    this.#next.set(key, records.at(-1)!.offset + 1);
    return records.length;
  }

  /** Forgets how far it is, as event source mappings do that are made anew for groups that nobody knows. */
  startOver(): void {
    this.#next.clear();
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
