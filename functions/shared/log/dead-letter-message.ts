import * as z from 'zod';
import { printableJson } from '../domain/printable.ts';
import { letterName } from './dead-letter.ts';
import type { OutgoingRecord } from './record.ts';

/** Returns whether a value is an object of texts. Zod's own record drops a header of the name `__proto__`. */
function isTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}

/** A dead letter as a message of a queue, which contains text only. */
const messageSchema = z.strictObject({
  /** The name of the letter: the same however often the letter is sent. */
  id: z.string(),
  key: z.string().nullable(),
  /** The headers that the letter has on the topic; the reason and the detail are among them. */
  headers: z.custom<Readonly<Record<string, string>>>(isTexts, 'not an object of texts'),
  /** The bytes of the rejected record, in base64, as in Lambda's events of Kafka. */
  value: z.base64(),
});

/** The parts of a letter that do not depend on the place in which it is kept. */
export type Letter = Pick<OutgoingRecord, 'key' | 'value' | 'headers'>;

/**
 * Returns a letter as JSON. Every character that SQS refuses is written as an escape, which a parser undoes.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
export function letterMessage({ key, value, headers }: Letter): string {
  const message: z.input<typeof messageSchema> = {
    id: letterName(headers) ?? '',
    key,
    headers: { ...headers },
    value: value.toString('base64'),
  };
  return printableJson(message);
}

/** Returns the letter that {@link letterMessage} wrote; `undefined` for a text that is none. */
export function letterOf(body: string): Letter | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined; // Another program wrote to the queue. The caller reports the message and leaves it there.
  }
  const { data } = messageSchema.safeParse(json);
  return data && { key: data.key, headers: data.headers, value: Buffer.from(data.value, 'base64') };
}
