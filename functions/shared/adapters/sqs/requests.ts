/** A text that is sent as one message. */
export interface QueuedText {
  /** The index of the text in the caller's list. */
  readonly index: number;
  readonly body: string;
  /** The bytes of `body` in UTF-8. */
  readonly bytes: number;
}

/**
 * The largest message that SQS accepts, in bytes, and the largest sum of the messages in one request.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html 1 MiB since August 2025
 */
export const textBytesMax = 1_048_576;

/** The largest number of messages in one request. */
const textsMax = 10;

/**
 * Packs texts into requests, in order: at most 10 in each, and at most {@link textBytesMax} together.
 * @param texts each of at most {@link textBytesMax}
 */
export function requestsOf(texts: readonly QueuedText[]): QueuedText[][] {
  const requests: QueuedText[][] = [];
  let bytes = 0;
  for (const text of texts) {
    const last = requests.at(-1);
    if (last === undefined || last.length === textsMax || bytes + text.bytes > textBytesMax) {
      requests.push([text]);
      bytes = text.bytes;
    } else {
      last.push(text);
      bytes += text.bytes;
    }
  }
  return requests;
}
