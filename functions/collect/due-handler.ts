import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { secondMs } from '../shared/domain/durations.ts';
import { UnavailableError, UsageError } from '../shared/domain/errors.ts';
import { type Invocation, type QueueHandler, queueHandler } from '../shared/handler/queue-handler.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Telemetry } from '../shared/ports/telemetry.ts';
import type { Collected, Collector } from './collected.ts';

/** A message that a schedule sends: the target as the settings have it, and the delay of the message in seconds. */
const dueSchema = z.object({ target: z.string(), delaySeconds: z.int().min(0).max(900) });

/** The body of a message. */
export type CollectMessage = z.infer<typeof dueSchema>;

export interface DueHandlerParts {
  /** The name of the function. */
  readonly stage: string;
  /** The collectors by the addresses of their targets, as the settings have them. */
  readonly collectors: ReadonlyMap<string, Collector>;
  readonly telemetry: Telemetry;
  readonly clock: Pick<Clock, 'nowMs'>;
  /**
   * Delivers the documents of a collection, and counts those that are refused.
   * @param target the name of the target
   * @throws {UnavailableError} if a later try may succeed
   */
  readonly deliver: (documents: Collected['documents'], target: string) => Promise<void>;
  /**
   * Takes a message that is not of a schedule, by its parsed body, and returns whether it is one.
   * @default none is
   */
  readonly take?: (body: unknown) => Promise<boolean>;
}

/**
 * Returns a function that collects a target for each message of a schedule.
 *
 * A message that is received more than a period after it was due is counted and removed: the next one is due. It is received again
 * if the documents cannot be delivered.
 */
export function dueHandler(parts: DueHandlerParts): QueueHandler {
  const { stage, telemetry } = parts;
  return queueHandler(stage, telemetry, async (messages, invocation) => {
    // One message that fails must not end the collections of others.
    const outcomes = await Promise.allSettled(messages.map((message) => handle(message, parts, invocation)));
    return outcomes.flatMap((outcome, nth) => {
      if (outcome.status === 'fulfilled') return [];
      if (!(outcome.reason instanceof UnavailableError)) throw outcome.reason;
      telemetry.count('failures', 1, { stage, reason: outcome.reason.code });
      telemetry.error('documents of a collection were not delivered; the message will be received again', {
        message: outcome.reason.message,
      });
      return [messages[nth]!.messageId];
    });
  });
}

async function handle(message: SQSRecord, parts: DueHandlerParts, invocation: Invocation): Promise<void> {
  const body = jsonOf(message.body);
  if (parts.take !== undefined && (await parts.take(body))) return;
  const parsed = dueSchema.safeParse(body);
  if (!parsed.success) throw new UsageError(`message ${message.messageId}: expected {"target": …, "delaySeconds": …}`);
  await collect(parsed.data, Number(message.attributes.SentTimestamp), { ...parts, signal: invocation.signal });
}

async function collect(
  { target, delaySeconds }: CollectMessage,
  sentMs: number,
  { collectors, telemetry, clock, deliver, signal }: DueHandlerParts & Pick<Invocation, 'signal'>,
): Promise<void> {
  const collector = collectors.get(target);
  if (collector === undefined) {
    // A message from before a deployment that changed the settings.
    telemetry.warn('a message names a target that the settings do not have; it is removed');
    return;
  }
  const dueMs = sentMs + delaySeconds * secondMs;
  const { name, periodMs } = collector;
  if (clock.nowMs() - dueMs > periodMs) {
    telemetry.count('collections_missed');
    telemetry.warn('a collection was not made in its period; the next one is due', { target: name });
    return;
  }
  const { documents, status, onDelivered } = await collector.collect(signal);
  telemetry.info('collected', { target: name, status: status.status, ...(status.reason && { reason: status.reason }) });
  await deliver(documents, name);
  onDelivered?.();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
