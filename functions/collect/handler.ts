import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { secondMs } from '../shared/domain/durations.ts';
import { UnavailableError, UsageError } from '../shared/domain/errors.ts';
import { type Invocation, type QueueHandler, queueHandler } from '../shared/handler/queue-handler.ts';
import { beatRecord } from '../shared/log/live-records.ts';
import type { Ports } from '../shared/ports/index.ts';
import { type Collected, type Collector, type CollectorPorts, openCollector } from './collector.ts';
import { isOfAccount, targetOf } from './parse-target.ts';

export type CollectPorts = Pick<Ports, 'settings' | 'eventLog' | 'layout' | 'telemetry'> & CollectorPorts;

/** A message that a schedule sends: the target as the settings have it, and the delay of the message in seconds. */
const messageSchema = z.object({ target: z.string(), delaySeconds: z.int().min(0).max(900) });

/** The body of a message. */
export type CollectMessage = z.infer<typeof messageSchema>;

/**
 * Creates the function that collects a target for each message, and appends the documents to `beats`.
 *
 * A message that is received more than a period after it was due is counted and removed: the next one is due. It is received again
 * if the log does not answer.
 */
export function createCollect(ports: CollectPorts): QueueHandler {
  const targets = ports.settings.collect.filter(({ target }) => !isOfAccount(targetOf(target)));
  const collectors = new Map(targets.map((target) => [target.target, openCollector(target, ports)]));
  return queueHandler('collect', ports.telemetry, async (messages, invocation) => {
    // One message that fails must not end the collections of others.
    const outcomes = await Promise.allSettled(
      messages.map((message) => collectFor(message, { collectors, ports, invocation })),
    );
    return outcomes.flatMap((outcome, nth) => {
      if (outcome.status === 'fulfilled') return [];
      if (!(outcome.reason instanceof UnavailableError)) throw outcome.reason;
      ports.telemetry.count('failures', 1, { stage: 'collect', reason: outcome.reason.code });
      ports.telemetry.error('a collection was not appended; its message will be received again', {
        message: outcome.reason.message,
      });
      return [messages[nth]!.messageId];
    });
  });
}

interface Context {
  readonly collectors: ReadonlyMap<string, Collector>;
  readonly ports: CollectPorts;
  readonly invocation: Invocation;
}

async function collectFor(message: SQSRecord, { collectors, ports, invocation }: Context): Promise<void> {
  const { telemetry, clock } = ports;
  const { target, delaySeconds } = bodyOf(message);
  const collector = collectors.get(target);
  if (collector === undefined) {
    // A message from before a deployment that changed the settings.
    telemetry.warn('a message names a target that the settings do not have; it is removed');
    return;
  }
  const dueMs = Number(message.attributes.SentTimestamp) + delaySeconds * secondMs;
  const { name, periodMs } = collector;
  if (clock.nowMs() - dueMs > periodMs) {
    telemetry.count('collections_missed');
    telemetry.warn('a collection was not made in its period; the next one is due', { target: name });
    return;
  }
  const collected = await collector.collect(invocation.signal);
  const { status, reason } = collected.status;
  telemetry.info('collected', { target: name, status, ...(reason && { reason }) });
  await append(collected, name, ports);
}

async function append({ documents }: Collected, target: string, ports: CollectPorts): Promise<void> {
  const { eventLog, layout, telemetry } = ports;
  const refused = await eventLog.append(documents.map((document) => beatRecord(document, layout)));
  const [first] = refused;
  if (first === undefined) return;
  telemetry.count('failures', refused.length, { stage: 'collect', reason: 'REFUSED' });
  telemetry.error('the log refused documents of a collection', {
    target,
    documents: refused.length,
    message: first.reason,
  });
}

/** @throws {UsageError} for another body than that of a schedule */
function bodyOf({ body, messageId }: SQSRecord): CollectMessage {
  const parsed = messageSchema.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  throw new UsageError(`message ${messageId}: expected {"target": …, "delaySeconds": …}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
