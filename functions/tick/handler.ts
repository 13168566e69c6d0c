import type { SQSRecord } from 'aws-lambda';
import { type QueueHandler, queueHandler } from '../shared/adapters/middy/queue-handler.ts';
import { RefusedRecordError, UnavailableError } from '../shared/domain/errors.ts';
import { heartbeatRecords } from '../shared/live-records.ts';
import type { Ports } from '../shared/ports/index.ts';
import { tickTimeMs } from './message.ts';

export type TickPorts = Pick<Ports, 'eventLog' | 'layout' | 'telemetry'>;

interface DueTick {
  readonly messageId: string;
  readonly timeMs: number;
}

/**
 * The schedule's messages → live ticks, one on every partition of `samples` each. While the log does not answer they
 * come again; a tick that is older than another by then is dropped by detect.
 *
 * A message that cannot be read is counted, logged and dropped: nobody but our own schedule writes to this queue, and
 * the next one is due in seconds.
 */
export function createTick(ports: TickPorts): QueueHandler {
  return queueHandler('tick', ports.telemetry, async (messages) => {
    // SQS keeps no order, and detect takes no tick after a newer one.
    const due = messages.flatMap((message) => read(message, ports)).sort((a, b) => a.timeMs - b.timeMs);
    try {
      await append(due, ports);
      return [];
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      ports.telemetry.count('failures', 1, { stage: 'tick', reason: error.code });
      ports.telemetry.error('ticks were not appended, they come again', { ticks: due.length, message: error.message });
      return due.map(({ messageId }) => messageId);
    }
  });
}

function read({ messageId, body }: SQSRecord, { telemetry }: TickPorts): DueTick[] {
  try {
    return [{ messageId, timeMs: tickTimeMs(body) }];
  } catch (error) {
    if (!(error instanceof RefusedRecordError)) throw error;
    telemetry.count('messages_refused', 1, { reason: error.reason });
    telemetry.error('a message cannot be read', { messageId, detail: error.message });
    return [];
  }
}

async function append(due: readonly DueTick[], { eventLog, layout }: TickPorts): Promise<void> {
  const [refused] = await eventLog.append(due.flatMap(() => heartbeatRecords(layout)));
  if (refused !== undefined) throw new Error(`a tick was refused by the log: ${refused.reason}`);
}
