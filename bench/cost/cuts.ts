import { table } from '../../docs/tables/markdown.ts';
import { restoreDaysDefault } from '../../settings/deployment.ts';
import { type Bill, billOf } from './bill.ts';
import { loadOf, machinesOf, resourcesOf } from './deployments.ts';
import { endpointServices, everyCustomMetric } from './machines.ts';
import { prices } from './prices.ts';

/** One thing that `size: minimal` leaves out, and the same deployment with it. */
interface Cut {
  readonly cut: string;
  /** The setting that takes the cut back. */
  readonly setting: string;
  readonly price: string;
  readonly without: Bill;
}

/** Returns a table with what each cut of the minimal deployment saves, and what it costs in availability or latency. */
export function cutsTable(): string {
  const { usd } = billOf(machinesOf('minimal'), loadOf('minimal'));
  const rows = cuts().map(({ cut, setting, price, without }) => [
    cut,
    `$${(without.usd - usd).toFixed(without.usd - usd < 10 ? 2 : 0)}`,
    price,
    setting,
  ]);
  return table(['cut of `minimal`', 'saves a month', 'costs', 'taken back by'], rows);
}

function cuts(): Cut[] {
  const machines = machinesOf('minimal');
  const load = loadOf('minimal');
  const brokers = machines.kafka!;
  return [
    {
      cut: '2 brokers and 2 copies, not 3',
      setting: '`size: production` alone, in a new deployment',
      price:
        'a write needs one copy: while MSK patches a broker, the loss of the other one’s disk loses acknowledged records',
      without: billOf({ ...machines, kafka: { ...brokers, brokers: 3, gigabytes: brokers.gigabytes * 1.5 } }, load),
    },
    {
      cut: '1 partition of each topic, not 2 of `beats` and 4 of `samples`',
      setting: '`partitions`, in a new deployment',
      price: 'each stage runs once at a time, so it catches up more slowly after an outage; 40,000 series at most',
      without: billOf(machines, { ...load, partitions: { beats: 2, samples: 4 } }),
    },
    {
      cut: 'a window of 5 s, not 2 s',
      setting: '`window`',
      price: 'a page is up to 12 s later: 3 s at each of four hops',
      without: billOf(machines, { ...load, windowMs: 2_000 }),
    },
    {
      cut: 'endpoints in 1 zone, not 2',
      setting: '`size: production`, or `egress: nat`, in a new deployment',
      price: 'if that zone fails, pages wait until it is back; records stay on Kafka',
      without: billOf({ ...machines, endpointZones: 2 }, load),
    },
    ...withoutSns(),
    {
      cut: `${machines.customMetrics} custom metrics, not all`,
      setting: '`metrics: all`',
      price: 'no availability; counters that no alarm reads are in the log only, and a graph of them is a query',
      without: billOf({ ...machines, customMetrics: everyCustomMetric() }, load),
    },
    {
      cut: 'disks of 10 GiB for each broker, not 50',
      setting: '`disks.kafka`',
      price:
        'room for fewer series (_its disks hold_, above); the alarm `kafka-disk` rings at 80 %, and a full disk stops a broker',
      without: billOf({ ...machines, kafka: { ...brokers, gigabytes: brokers.brokers * 50 } }, load),
    },
    {
      cut: `${load.restoreDays} days of replaced objects, not ${restoreDaysDefault}`,
      setting: '`restoreDays`',
      price: 'damage of the state that is noticed later cannot be undone',
      without: billOf(machines, { ...load, restoreDays: restoreDaysDefault }),
    },
    {
      cut: '1 created key, not 3',
      setting: 'an app of your own, with a `key` for each part',
      price:
        'no availability; a right to decrypt messages includes the shippers’ password ([security.md](security.md#encryption))',
      without: billOf({ ...machines, keys: machines.keys + 2 }, load),
    },
  ];
}

/** Returns the cut of the endpoint of SNS, if the templates have none. */
function withoutSns(): Cut[] {
  const machines = machinesOf('minimal');
  if (endpointServices(resourcesOf('minimal')).some((service) => service.includes('.sns'))) return [];
  return [
    {
      cut: '`publish` outside the VPC, so no endpoint for SNS',
      setting: 'none',
      price: `no availability: its dead letters are in a queue. An endpoint is $${prices.endpointMonth.usd} for each zone`,
      without: billOf({ ...machines, endpoints: machines.endpoints + 1 }, loadOf('minimal')),
    },
  ];
}
