import type { QueueHandler } from '../shared/handler/queue-handler.ts';
import { beatRecord } from '../shared/log/live-records.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { Collected } from './collected.ts';
import { type CollectorPorts, openCollector } from './collector.ts';
import { dueHandler } from './due-handler.ts';
import { handedOver } from './hand-over.ts';
import { isOfAccount, targetOf } from './parse-target.ts';

export type CollectPorts = Pick<Ports, 'settings' | 'eventLog' | 'layout' | 'telemetry'> & CollectorPorts;

/**
 * Creates the function that collects a target for each message of a schedule, and appends the documents to `beats`. It also appends
 * the documents that `collect-account` hands over, which reaches no broker. Such a message is received again if the log does not
 * answer.
 */
export function createCollect(ports: CollectPorts): QueueHandler {
  const { settings, telemetry, clock } = ports;
  const targets = settings.collect.filter(({ target }) => !isOfAccount(targetOf(target)));
  const deliver = (documents: Collected['documents'], target: string) => append(documents, target, ports);
  return dueHandler({
    stage: 'collect',
    collectors: new Map(targets.map((target) => [target.target, openCollector(target, ports)])),
    telemetry,
    clock,
    deliver,
    take: async (body) => {
      const message = handedOver(body);
      if (message === undefined) return false;
      await deliver(message.documents, message.target);
      return true;
    },
  });
}

async function append(documents: Collected['documents'], target: string, ports: CollectPorts): Promise<void> {
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
