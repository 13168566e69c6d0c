import { functions } from '../../functions/functions.ts';
import { heartbeatDelays, heartbeatSeconds } from '../../lib/constructs/heartbeat-schedule.ts';
import { assumed } from './measured.ts';
import { type Part, secondsAMonth, whole } from './month.ts';
import { prices } from './prices.ts';

const minutesAMonth = secondsAMonth / 60;
const gigabytes = functions.heartbeat.memoryMb / 1024;

/** Returns the cost of heartbeats: schedules send delayed messages, and each message is an invocation. */
export function heartbeats(windowMs: number): Part {
  const delays = heartbeatDelays(heartbeatSeconds(windowMs));
  const messages = delays.flat().length;
  // A call for each schedule; a receive and a deletion for each message.
  const requests = delays.length + 2 * messages + assumed.idlePollsAMinute;
  const ofInvocation =
    prices.lambdaRequest.usd +
    (assumed.heartbeatMs / 1000) * gigabytes * prices.lambdaGbSecond.usd +
    (assumed.heartbeatLogBytes / 1e9) * prices.logsGb.usd;
  const aMinute =
    delays.length * prices.schedulerInvocation.usd + requests * prices.sqsRequest.usd + messages * ofInvocation;
  return {
    name: 'heartbeats',
    usd: minutesAMonth * aMinute,
    of: `${messages} a minute: ${delays.length} schedule${delays.length === 1 ? '' : 's'}, ${whole((minutesAMonth * requests) / 1e6)} M requests to SQS`,
  };
}

/** The cost of the alternative: one invocation a minute that appends, waits and appends again, and is billed while it waits. */
export const waitingHeartbeatsUsd =
  minutesAMonth *
  (prices.schedulerInvocation.usd + prices.lambdaRequest.usd + 60 * gigabytes * prices.lambdaGbSecond.usd);
