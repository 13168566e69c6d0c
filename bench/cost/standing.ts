import { brokerPrices, type Machines, nodePrices, volumePrices } from './machines.ts';
import { assumed } from './measured.ts';
import { hoursAMonth, millions, type Part, secondsAMonth } from './month.ts';
import { customMetrics, prices } from './prices.ts';

/** Returns the parts of a bill that do not depend on what is shipped. */
export const standingParts = (machines: Machines): Part[] => [
  ...kafka(machines),
  ...search(machines),
  pollers(machines),
  network(machines),
  watching(machines),
  keysOf(machines),
  page(machines),
];

const nothing = (name: string): Part => ({ name, usd: 0, of: 'none' });

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

export function kafka({ kafka: made }: Machines): Part[] {
  if (made === undefined) return ['MSK brokers', 'MSK storage'].map(nothing);
  const { brokers, type, gigabytes } = made;
  return [
    { name: 'MSK brokers', usd: brokers * hoursAMonth * brokerPrices[type].usd, of: `${brokers} × ${type}` },
    { name: 'MSK storage', usd: gigabytes * prices.mskGbMonth.usd, of: `${rounded(gigabytes)} GB` },
  ];
}

export function search({ search: made }: Machines): Part[] {
  if (made === undefined) return ['OpenSearch nodes', 'OpenSearch storage'].map(nothing);
  const { nodes, type, masters, gigabytes, volume } = made;
  const price = (of: keyof typeof nodePrices): number => nodePrices[of].usd * hoursAMonth;
  return [
    {
      name: 'OpenSearch nodes',
      usd: nodes * price(type) + (masters ? masters.nodes * price(masters.type) : 0),
      of: `${nodes} × ${type}${masters ? `, ${masters.nodes} × ${masters.type}` : ''}`,
    },
    {
      name: 'OpenSearch storage',
      usd: gigabytes * volumePrices[volume].usd,
      of: `${rounded(gigabytes)} GB of ${volume}`,
    },
  ];
}

const rounded = (gigabytes: number): string => Math.round(gigabytes).toLocaleString('en');

export const pollers = ({ pollerUnits: units }: Machines): Part =>
  units === 0
    ? { name: 'pollers', usd: 0, of: 'on demand' }
    : { name: 'pollers', usd: units * prices.pollerMonth.usd, of: `${counted(units, 'unit')}, provisioned` };

function network({ endpoints, endpointZones, gateways }: Machines): Part {
  const name = 'endpoints or NAT';
  const usd = endpoints * endpointZones * prices.endpointMonth.usd + gateways * prices.natMonth.usd;
  if (usd === 0) return { name, usd, of: 'yours' };
  const nat = gateways > 0 ? `, ${counted(gateways, 'NAT gateway')}` : '';
  return { name, usd, of: `${counted(endpoints, 'endpoint')} in ${counted(endpointZones, 'zone')}${nat}` };
}

/** Returns the cost of alarms and metrics. */
function watching(machines: Machines): Part {
  const { alarms, alarmedMetrics, dashboards, customMetrics: own, kafka: brokers } = machines;
  const ofBrokers = brokers?.isMetered ? brokers.brokers * assumed.metricsOfBroker : 0;
  const metered = ofBrokers > 0 ? `, ${ofBrokers} of brokers` : '';
  return {
    name: 'alarms and metrics',
    usd:
      alarmedMetrics * prices.alarmMonth.usd +
      dashboards * prices.dashboardMonth.usd +
      customMetrics(own) +
      customMetrics(ofBrokers),
    of: `${alarms} alarms, a dashboard, ${own} metrics${metered}`,
  };
}

function keysOf({ keys, secrets }: Machines): Part {
  return {
    name: 'keys and secrets',
    usd: keys * prices.keyMonth.usd + secrets * prices.secretMonth.usd,
    of: keys + secrets === 0 ? 'yours' : `${counted(keys, 'key')}, ${counted(secrets, 'secret')}`,
  };
}

/** Returns the cost of the page: its requests to API Gateway and the function of the API, and the people of the user pool. */
function page({ hasPage }: Machines): Part {
  const name = 'the page';
  if (!hasPage) return nothing(name);
  const { pagesShown, pageRequestsASecond, apiSeconds, people } = assumed;
  const requests = pagesShown * pageRequestsASecond * secondsAMonth;
  const request = prices.httpApiRequest.usd + prices.lambdaRequest.usd + apiSeconds * prices.lambdaGbSecond.usd;
  return {
    name,
    usd: requests * request + people * prices.cognitoPerson.usd,
    of: `${millions(requests)} requests, ${people} people`,
  };
}
