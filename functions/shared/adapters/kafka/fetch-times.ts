import { createAPI, type Reader, Writer } from '@platformatic/kafka';

/** A partition, and the offset of the message whose time is wanted. */
export interface AskedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** The answer about one partition. */
export interface FoundTime extends Omit<AskedOffset, 'offset'> {
  /** The error of Kafka's protocol, 0 for none. */
  readonly errorCode: number;
  /** The time of the message, ms since 1970, or that there is none; absent if the broker sent no message of the partition. */
  readonly timeMs?: NextTime;
}

/** The time of the next message, ms since 1970; `none` if only markers of transactions are left in the partition. */
export type NextTime = number | 'none';

/** The most bytes of one partition, and of an answer. A broker sends the first partition's first batch whatever its size. */
const partitionBytesMax = 32 * 1_024;
const answerBytesMax = 4 * 1_024 * 1_024;

const readUncommitted = 0;
const anyReplica = -1;

function createRequest(offsets: readonly AskedOffset[]): Writer {
  const topics = [...Map.groupBy(offsets, ({ topic }) => topic)];
  return Writer.create()
    .appendInt32(anyReplica)
    .appendInt32(0)
    .appendInt32(1)
    .appendInt32(answerBytesMax)
    .appendInt8(readUncommitted)
    .appendArray(
      topics,
      (writer, [topic, partitions]) => {
        writer.appendString(topic, false).appendArray(
          partitions,
          (each, { partition, offset }) => {
            each.appendInt32(partition).appendInt64(BigInt(offset)).appendInt32(partitionBytesMax);
          },
          false,
          false,
        );
      },
      false,
      false,
    );
}

function parseResponse(_correlationId: number, _apiKey: number, _apiVersion: number, reader: Reader): FoundTime[] {
  reader.readInt32(); // the time for which the broker held the answer back
  return reader
    .readArray(
      (ofTopic) => {
        const topic = ofTopic.readString(false);
        return ofTopic.readArray((each) => readPartition(topic, each), false, false);
      },
      false,
      false,
    )
    .flat();
}

function readPartition(topic: string, reader: Reader): FoundTime {
  const partition = reader.readInt32();
  const errorCode = reader.readInt16();
  const end = Number(reader.readInt64());
  reader.skip(8); // the last stable offset
  reader.readArray((each) => void each.skip(2 * 8), false, false); // aborted transactions
  const records = reader.readBytes(false);
  const timeMs = nextTimeOf(records, end);
  return { topic, partition, errorCode, ...(timeMs === undefined ? {} : { timeMs }) };
}

const lengthAt = 8;
const lengthEndsAt = 12;
const magicAt = 16;
const attributesAt = 21;
const lastOffsetDeltaAt = 23;
const firstTimestampAt = 27;
const maxTimestampAt = 35;
const headerBytes = 43;
const appendTime = 1 << 3;
const control = 1 << 5;

/**
 * Returns the time of the first message of some records. Batches that a broker wrote itself, the markers of transactions, are passed
 * over: no consumer is given them, and many commit the offset before one.
 * @param end the offset of the next message that will be written to the partition
 */
export function nextTimeOf(records: Uint8Array, end: number): NextTime | undefined {
  let rest = records;
  let next = -1;
  while (rest.length >= headerBytes) {
    const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
    if (view.getInt8(magicAt) !== 2 || (view.getInt16(attributesAt) & control) === 0) return timeOf(rest);
    next = Number(view.getBigInt64(0)) + view.getInt32(lastOffsetDeltaAt) + 1;
    // Also a length that cannot be leads on.
    rest = rest.subarray(Math.max(headerBytes, lengthEndsAt + view.getInt32(lengthAt)));
  }
  return next >= end ? 'none' : undefined;
}

/**
 * Returns the time of the first batch of records, from its header alone: nothing is unpacked, so that no answer can be larger than
 * its bytes. With the append time it is that of all messages of the batch. With the producers' times it is that of the newest message
 * of the batch; the one asked for is older by at most the time in which a batch is filled.
 * @returns ms since 1970; `undefined` if there is no batch, or one of before Kafka 0.11
 */
export function timeOf(records: Uint8Array): number | undefined {
  if (records.length < headerBytes) return undefined;
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  if (view.getInt8(magicAt) !== 2) return undefined;
  const hasAppendTime = (view.getInt16(attributesAt) & appendTime) !== 0;
  const first = Number(view.getBigInt64(firstTimestampAt));
  const newest = Number(view.getBigInt64(maxTimestampAt));
  const timeMs = hasAppendTime || newest >= 0 ? newest : first;
  return timeMs >= 0 ? timeMs : undefined;
}

/** The request for the times of messages. Every broker since Kafka 0.11 understands version 4 of it. */
export const fetchTimes = createAPI<[offsets: readonly AskedOffset[]], FoundTime[]>(
  1,
  4,
  createRequest,
  parseResponse,
  false,
  false,
);
