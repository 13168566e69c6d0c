import * as z from 'zod';
import { printableJson } from '../shared/domain/printable.ts';
import type { Collected } from './collected.ts';

/**
 * The most bytes of a message. SQS accepts 1 MiB; a smaller message is appended sooner, and an append that fails repeats less.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export const messageBytesMax = 256_000;

const schema = z.strictObject({
  /** The name of the target, for log lines. */
  target: z.string(),
  documents: z.array(z.record(z.string(), z.unknown())).min(1),
});

/** The documents of one target that a function outside the VPC hands to one that appends them. */
export type HandOver = z.infer<typeof schema>;

/** The messages with the documents of one collection. */
export interface HandOverMessages {
  readonly bodies: readonly string[];
  /** The number of documents that are larger than a message, and are in none. */
  readonly tooLarge: number;
}

/**
 * Returns messages that contain documents in their order, as many in each as fit. Characters that SQS refuses are written as
 * escapes, which a parser undoes.
 * @param bytesMax the most bytes of a message
 */
export function handOverMessages(
  documents: Collected['documents'],
  target: string,
  bytesMax = messageBytesMax,
): HandOverMessages {
  const head = `{"target":${printableJson(target)},"documents":[`;
  const end = ']}';
  const room = bytesMax - Buffer.byteLength(head) - end.length;
  const groups: string[][] = [];
  let bytes = 0;
  let tooLarge = 0;
  for (const document of documents) {
    const text = printableJson(document);
    // A comma follows each but the last.
    const size = Buffer.byteLength(text) + 1;
    const last = groups.at(-1);
    if (size - 1 > room) tooLarge += 1;
    else if (last === undefined || bytes + size - 1 > room) {
      groups.push([text]);
      bytes = size;
    } else {
      last.push(text);
      bytes += size;
    }
  }
  return { bodies: groups.map((texts) => `${head}${texts.join(',')}${end}`), tooLarge };
}

/** Returns the documents that a message hands over, by its parsed body; `undefined` for another message. */
export const handedOver = (body: unknown): HandOver | undefined => schema.safeParse(body).data;
