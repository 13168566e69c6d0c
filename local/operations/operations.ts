import type { ChosenLetters, Operations, TestResult } from '../../functions/api/operations.ts';
import { Problem } from '../../functions/api/problem.ts';
import type { ChannelPorts } from '../../functions/notify/channel.ts';
import { judgeError } from '../../functions/notify/outcome.ts';
import { openChannel } from '../../functions/notify/receivers/registry.ts';
import type { Alert } from '../../functions/shared/domain/alert.ts';
import type { Receiver } from '../../functions/shared/domain/receivers/registry.ts';
import type { Ports } from '../../functions/shared/ports/index.ts';
import type { Backends } from '../backends.ts';
import { FailedError } from '../failed-error.ts';
import { nameOf, redriveLetters } from '../redrive/redrive.ts';
import { RedrivePlans } from '../redrive/redrive-plans.ts';
import { groupLetters } from './letter-groups.ts';

type OperationPorts = Pick<Ports, 'objects' | 'layout' | 'secrets' | 'clock'> &
  Pick<ChannelPorts, 'terminal' | 'colours' | 'commandFlags' | 'send'>;
type OperationBackends = Pick<Backends, 'readLog' | 'deadMessages' | 'eventLog'>;

/** Returns the work of an operator over the log and the queues of this process. Redrives run one after the other. */
export function operationsOver(ports: OperationPorts, backends: OperationBackends): Operations {
  const { readLog, deadMessages, eventLog } = backends;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
  return {
    testReceiver: (receiver, alert) => sendTest(receiver, alert, ports),
    redriveMessages: (receiver, alertIds) => inTurn(() => redriveMessages(receiver, alertIds, deadMessages)),
    async deadLetters(nowMs) {
      const plans = await RedrivePlans.read(ports.objects);
      const wasSent = (letter: Parameters<typeof nameOf>[0]): boolean => plans.has(nameOf(letter));
      return groupLetters({ readLog, layout: ports.layout, wasSent, nowMs });
    },
    redriveLetters: (chosen) => inTurn(() => sendBack(chosen, { ...ports, eventLog, readLog })),
    isSecretSet: (reference) =>
      ports.secrets.get(reference).then(
        (value) => value !== '',
        () => false,
      ),
  };
}

async function sendTest(receiver: Receiver, alert: Alert, ports: OperationPorts): Promise<TestResult> {
  const channel = openChannel(receiver, ports);
  const signal = AbortSignal.timeout(channel.timeoutMs);
  const outcome = await channel.send({ alert, id: alert.id, signal }).catch(judgeError);
  const status = outcome.status === undefined ? {} : { status: outcome.status };
  if (outcome.kind === 'delivered') return { ok: true, ...status, answer: 'accepted' };
  return { ok: false, ...status, answer: outcome.reason };
}

async function redriveMessages(
  receiver: string,
  alertIds: readonly string[] | undefined,
  deadMessages: Backends['deadMessages'],
): Promise<number> {
  let sent = 0;
  try {
    for (const message of await deadMessages.list()) {
      const isChosen = alertIds === undefined || (message.alertId !== undefined && alertIds.includes(message.alertId));
      if (message.receiver === receiver && isChosen && (await deadMessages.redrive(message.id))) sent += 1;
    }
  } finally {
    await deadMessages.release();
  }
  return sent;
}

async function sendBack(chosen: ChosenLetters, ports: Parameters<typeof redriveLetters>[1]): Promise<number> {
  let sent = 0;
  try {
    for await (const { letters, refused } of redriveLetters(chosen, ports)) sent += letters.length - refused.length;
  } catch (error) {
    if (error instanceof FailedError) throw new Problem(409, error.message);
    throw error;
  }
  return sent;
}
