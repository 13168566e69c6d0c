import { UnavailableError } from '../shared/domain/errors.ts';
import { type QueueHandler, queueHandler } from '../shared/handler/queue-handler.ts';
import { heartbeatRecords } from '../shared/log/live-records.ts';
import type { Ports } from '../shared/ports/index.ts';

export type HeartbeatPorts = Pick<Ports, 'eventLog' | 'layout' | 'telemetry'>;

/**
 * Creates the function that appends a heartbeat to every partition of `beats`. The append time of the broker is the clock,
 * so a message means "append now" whatever it contains, and the messages of one batch cause one append.
 *
 * The messages are received again if the log does not answer. Neither a repeated nor a lost heartbeat does harm: the next
 * one is due in seconds.
 */
export function createHeartbeat(ports: HeartbeatPorts): QueueHandler {
  const { telemetry } = ports;
  return queueHandler('heartbeat', telemetry, async (messages) => {
    try {
      await append(ports);
      return [];
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      telemetry.count('failures', 1, { stage: 'heartbeat', reason: error.code });
      telemetry.error('no heartbeat was appended; the messages will be received again', { message: error.message });
      return messages.map(({ messageId }) => messageId);
    }
  });
}

async function append({ eventLog, layout }: HeartbeatPorts): Promise<void> {
  const [refused] = await eventLog.append(heartbeatRecords(layout));
  if (refused !== undefined) throw new Error(`the log refused a heartbeat: ${refused.reason}`);
}
