import { functionsFedBy, sourcesOf } from '../../functions/functions.ts';
import { minuteMs } from '../../functions/shared/domain/durations.ts';
import type { Resource } from '../../test/support/deployment.ts';
import { billOf, logGigabytes } from './bill.ts';
import type { Flow, Load } from './flow.ts';
import { assumed } from './measured.ts';
import { type Part, secondsAMonth, whole } from './month.ts';
import { prices } from './prices.ts';

export const ofType = (resources: readonly Resource[], type: string) =>
  resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);

export const interfacesOf = (resources: readonly Resource[]) =>
  ofType(resources, 'AWS::EC2::VPCEndpoint').filter(({ VpcEndpointType: type }) => type === 'Interface');

/** Returns the parts of a bill that depend on use. Heartbeats and ticks cause use even where nothing is shipped. */
export function usedParts(resources: readonly Resource[], load: Load): Part[] {
  const bill = billOf(load);
  const names = ['Lambda', 'S3', 'DynamoDB', 'heartbeats', 'SNS and SQS'];
  return [
    endpointTraffic(resources, bill.flow),
    ...bill.parts.filter(({ name: part }) => names.includes(part)),
    upkeep(),
    logs(bill.flow),
    bill.parts.find(({ name: part }) => part === 'traffic between zones')!,
  ];
}

/** Returns the cost of events of on-demand pollers, in base64, as if each passed through the endpoint of Lambda. */
function endpointTraffic(resources: readonly Resource[], { streams }: Flow): Part {
  const name = 'endpoint traffic';
  const isBehind = interfacesOf(resources).some(({ ServiceName }) => JSON.stringify(ServiceName).includes('.lambda'));
  if (!isBehind) return { name, usd: 0, of: 'none' };
  const bytesASecond = streams.reduce(
    (all, { bytes, records, readers }) => all + readers * ((bytes * 4) / 3 + records * assumed.eventFrameBytes),
    0,
  );
  const gigabytes = (bytesASecond * secondsAMonth) / 1e9;
  return { name, usd: gigabytes * prices.endpointGb.usd, of: `${whole(gigabytes)} GB of events` };
}

/** Returns the cost of the functions that a schedule invokes each minute. */
function upkeep(): Part {
  const names = functionsFedBy('schedule').filter((name) =>
    sourcesOf(name, 'schedule').some(({ everyMs }) => everyMs <= minuteMs),
  );
  const invocations = (names.length * secondsAMonth) / 60;
  return {
    name: 'schedules',
    usd: invocations * (assumed.upkeepSeconds * prices.lambdaGbSecond.usd + prices.lambdaRequest.usd),
    of: names.join(', '),
  };
}

function logs({ works }: Flow): Part {
  const gigabytes = logGigabytes(works);
  return { name: 'logs', usd: gigabytes * prices.logsGb.usd, of: `${whole(gigabytes)} GB` };
}
