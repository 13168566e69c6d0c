import { type BatchResultErrorEntry, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { UnavailableError } from '../../domain/errors.ts';
import { letterMessage } from '../../log/dead-letter-message.ts';
import type { DeadLetters } from '../../ports/dead-letters.ts';
import type { RefusedAppend } from '../../ports/event-log.ts';
import { type Backoff, backoffMs } from '../../time/backoff.ts';
import { realWaits, type WaitTiming } from '../../time/waits.ts';
import { awsError, passes } from '../aws/errors.ts';
import { type QueuedText, requestsOf, textBytesMax } from './requests.ts';

/** The number of requests that are sent at the same time: a batch of 10,000 records makes up to 1,000 of them. */
const requestsAtOnce = 10;

/**
 * The most times that one letter is sent. Of 10,000 letters, each of which fails in one of 200 sends, one is left after the
 * fifth with a probability of 3e-8; the next batch would begin at its first letter again.
 */
const sendsMax = 5;

/** The waits before the letters that failed are sent again: at most 3 s together. */
const waits: Backoff = { firstMs: 200, maxMs: 2_000, jitter: 0.5 };

/**
 * The codes by which SQS refuses one message for its content, however often it is sent. Every other code is of the queue, its
 * key or its policy, and the letter is kept by a later try.
 */
const refusals: ReadonlySet<string> = new Set(['InvalidMessageContents', 'InvalidParameterValue']);

/**
 * Returns the dead letters of a standard queue on SQS. A letter above {@link textBytesMax} is refused without being sent. Letters
 * that failed, or that an answer does not mention, are sent again alone, five times in all.
 *
 * `append` throws an error by which SQS refuses a policy, a key or a name unchanged.
 * @param queueUrl the URL of the queue
 * @param timing   the waits before letters are sent again
 */
export function sqsDeadLetters(client: SQSClient, queueUrl: string, timing: WaitTiming = realWaits): DeadLetters {
  return {
    async append(letters, signal) {
      const texts = letters.map((letter, index): QueuedText => {
        const body = letterMessage(letter);
        return { index, body, bytes: Buffer.byteLength(body) };
      });
      const refused = texts
        .filter(({ bytes }) => bytes > textBytesMax)
        .map(({ index }): RefusedAppend => ({ index, reason: 'message too large' }));
      let unsent = texts.filter(({ bytes }) => bytes <= textBytesMax);
      for (let sends = 1; ; sends += 1) {
        const round = await sendAll(unsent, { client, queueUrl, signal });
        refused.push(...round.refused);
        const [first] = round.failed;
        if (first === undefined) return refused.sort((a, b) => a.index - b.index);
        if (sends === sendsMax || signal?.aborted) {
          const count = `${round.failed.length} of ${letters.length} dead letters`;
          throw new UnavailableError(`SQS (${nameOf(queueUrl)}): ${count} failed, the first with ${first.reason}`);
        }
        unsent = round.failed.map(({ index }) => texts[index]!);
        await timing.wait(backoffMs(sends, Math.random(), waits));
      }
    },
  };
}

/** The queue, and the time in which letters may be sent. */
interface Sending {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly signal: AbortSignal | undefined;
}

/** The letters of a round that are not in the queue. */
interface Sent {
  /** The letters that were refused for their content. */
  readonly refused: readonly RefusedAppend[];
  /** The letters that a later try may send. */
  readonly failed: readonly RefusedAppend[];
}

/**
 * Sends each letter once.
 * @throws {UnavailableError} if none of the requests that are sent at the same time has an answer, or the time is over
 */
async function sendAll(texts: readonly QueuedText[], sending: Sending): Promise<Sent> {
  const refused: RefusedAppend[] = [];
  const failed: RefusedAppend[] = [];
  const requests = requestsOf(texts);
  for (let from = 0; from < requests.length; from += requestsAtOnce) {
    if (sending.signal?.aborted) {
      const left = requests.slice(from).flat().length;
      throw new UnavailableError(`SQS (${nameOf(sending.queueUrl)}): out of time, ${left} dead letters are not sent`);
    }
    const some = requests.slice(from, from + requestsAtOnce);
    // Every request has ended before an error is thrown, so that none is in flight when the function is frozen.
    const ended = await Promise.allSettled(some.map((request) => send(request, sending)));
    const lost = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
    // The client has tried such a request several times already: if all fail, the queue does not answer.
    const [error] = [...lost.filter((each) => !(each instanceof UnavailableError)), ...lost];
    if (error !== undefined && (lost.length === ended.length || !(error instanceof UnavailableError))) throw error;
    for (const [nth, one] of ended.entries()) {
      if (one.status === 'rejected') {
        failed.push(...some[nth]!.map(({ index }) => ({ index, reason: (one.reason as Error).message })));
        continue;
      }
      refused.push(...one.value.refused);
      failed.push(...one.value.failed);
    }
  }
  return { refused, failed };
}

/** Sends one request. @throws {Error} for a failure that does not pass, of the request or of a letter */
async function send(texts: readonly QueuedText[], { client, queueUrl }: Sending): Promise<Sent> {
  const doing = `SQS (${nameOf(queueUrl)}), send ${texts.length} dead letters`;
  const Entries = texts.map(({ body }, nth) => ({ Id: String(nth), MessageBody: body }));
  const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries });
  const { Successful = [], Failed = [] } = await client.send(command).catch((error: unknown) => {
    throw awsError(doing, error);
  });
  const kept = new Set(Successful.map(({ Id }) => Id));
  const entries = new Map(Failed.map((entry) => [entry.Id, entry]));
  const left = texts.flatMap(({ index }, nth) =>
    kept.has(String(nth)) ? [] : [{ index, ...codeOf(entries.get(String(nth))) }],
  );
  const unsent = left.filter(({ code }) => !refusals.has(code));
  const stuck = unsent.filter(({ code }) => !passes(code));
  if (stuck.length > 0) throw new Error(`${doing}: ${stuck.length} failed, the first with ${stuck[0]!.reason}`);
  return { refused: left.filter(({ code }) => refusals.has(code)).map(withoutCode), failed: unsent.map(withoutCode) };
}

const withoutCode = ({ index, reason }: RefusedAppend): RefusedAppend => ({ index, reason });

const nameOf = (queueUrl: string): string => queueUrl.slice(queueUrl.lastIndexOf('/') + 1);

/** Returns the code and the reason of a message that was not accepted. An answer may not mention it at all. */
function codeOf(entry: BatchResultErrorEntry | undefined): { readonly code: string; readonly reason: string } {
  const { Code: code = 'ServiceUnavailable', Message: words } = entry ?? {};
  return { code, reason: words === undefined ? code : `${code}: ${words}` };
}
