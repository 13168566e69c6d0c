import { type AccountPorts, openAccountCollector } from '../collect/account-collector.ts';
import type { Collected } from '../collect/collected.ts';
import { dueHandler } from '../collect/due-handler.ts';
import { handOverMessages } from '../collect/hand-over.ts';
import { isOfAccount, targetOf } from '../collect/parse-target.ts';
import type { QueueHandler } from '../shared/handler/queue-handler.ts';
import type { DocumentQueue } from '../shared/ports/document-queue.ts';
import type { Ports } from '../shared/ports/index.ts';

export interface CollectAccountPorts extends Pick<Ports, 'settings' | 'telemetry'>, AccountPorts {
  /** The queue to `collect`. */
  readonly documents: DocumentQueue;
}

const stage = 'collect-account';

/**
 * Creates the function that asks AWS about a target for each message of a schedule, and hands the documents to `collect`, which appends
 * them: outside the VPC it reaches AWS, and no broker. After a failure half-way a message is received again, so that documents may
 * come twice.
 */
export function createCollectAccount(ports: CollectAccountPorts): QueueHandler {
  const { settings, telemetry, clock } = ports;
  const targets = settings.collect.filter(({ target }) => isOfAccount(targetOf(target)));
  return dueHandler({
    stage,
    collectors: new Map(targets.map((target) => [target.target, openAccountCollector(target, ports)])),
    telemetry,
    clock,
    deliver: (documents, target) => handOver(documents, target, ports),
  });
}

async function handOver(documents: Collected['documents'], target: string, ports: CollectAccountPorts): Promise<void> {
  const { bodies, tooLarge } = handOverMessages(documents, target);
  for (const body of bodies) await ports.documents.send(body);
  if (tooLarge === 0) return;
  ports.telemetry.count('failures', tooLarge, { stage, reason: 'REFUSED' });
  ports.telemetry.error('documents of a collection are larger than a message', { target, documents: tooLarge });
}
