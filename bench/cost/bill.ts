import { restoreDaysDefault } from '../../settings/deployment.ts';
import { changedShare, type Flow, flowOf, type Load, type Work } from './flow.ts';
import { heartbeats } from './heartbeats.ts';
import { assumed, measured } from './measured.ts';
import { hoursAMonth, millions, type Part, secondsAMonth, whole } from './month.ts';
import { customMetrics, prices } from './prices.ts';

/** The machines for a scale. They are chosen by hand, from AWS's advice on the load that each type carries. */
interface Machines {
  readonly brokers: { readonly count: number; readonly price: keyof typeof prices; readonly copies: number };
  readonly search: { readonly count: number; readonly price: keyof typeof prices; readonly copies: number };
  readonly masters: number;
  readonly gateways: number;
}

function machinesOf(series: number): Machines {
  if (series <= 10_000) {
    return {
      brokers: { count: 2, price: 'mskT3Small', copies: 2 },
      search: { count: 1, price: 'searchT3Small', copies: 1 },
      masters: 0,
      gateways: 1,
    };
  }
  if (series <= 250_000) {
    return {
      brokers: { count: 3, price: 'mskM7gLarge', copies: 3 },
      search: { count: 2, price: 'searchR7gLarge', copies: 2 },
      masters: 0,
      gateways: 3,
    };
  }
  return {
    brokers: { count: 3, price: 'mskM7gXlarge', copies: 3 },
    search: { count: 3, price: 'searchR7g2xlarge', copies: 2 },
    masters: 3,
    gateways: 3,
  };
}

export interface Bill {
  readonly flow: Flow;
  readonly parts: readonly Part[];
  readonly usd: number;
  readonly ofCloudWatch: CloudWatch;
}

/** Returns the cost of a month of everything that AWS bills for a load. */
export function billOf(load: Load): Bill {
  const flow = flowOf(load);
  const machines = machinesOf(load.series);
  const parts = [
    ...kafka(flow, machines),
    lambda(flow.works),
    s3(flow),
    dynamodb(flow),
    ...search(flow, machines),
    acrossZones(flow),
    {
      name: 'NAT gateways',
      usd: machines.gateways * prices.natMonth.usd + logGigabytes(flow.works) * prices.natGb.usd,
      of: `${machines.gateways}, for pollers, SNS and webhooks; S3 and DynamoDB by free endpoints`,
    },
    logsAndMetrics(flow.works),
    heartbeats(load.windowMs),
    messages(flow),
  ];
  const usd = parts.reduce((sum, part) => sum + part.usd, 0);
  return { flow, parts, usd, ofCloudWatch: cloudWatch(load.series) };
}

/** Returns the bytes that topics keep, in one copy. */
export const keptByTopics = ({ streams }: Flow): number =>
  streams.reduce((sum, { bytes, keptDays }) => sum + bytes * keptDays * 86_400, 0);

function kafka(flow: Flow, { brokers }: Machines): Part[] {
  const { load } = flow;
  const keptBytes = keptByTopics(flow);
  const gigabytes = (brokers.copies * keptBytes) / (load.shrinks ?? 1) / 1e9 / (1 - assumed.mskFreeShare);
  const { per, usd } = prices[brokers.price];
  return [
    {
      name: 'MSK brokers',
      usd: brokers.count * hoursAMonth * usd,
      of: `${brokers.count} × ${per.replace('hour of ', '')}`,
    },
    {
      name: 'MSK storage',
      usd: gigabytes * prices.mskGbMonth.usd,
      of: `${whole(gigabytes)} GB: ${brokers.copies} copies, ${100 * assumed.mskFreeShare} % free`,
    },
  ];
}

export const gbSecondsAMonth = (works: readonly Work[]): number =>
  works.reduce((sum, { invocationsASecond, seconds }) => sum + invocationsASecond * seconds, 0) * secondsAMonth;

const invocationsAMonth = (works: readonly Work[]): number =>
  works.reduce((sum, { invocationsASecond }) => sum + invocationsASecond, 0) * secondsAMonth;

function lambda(works: readonly Work[]): Part {
  const [gbSeconds, invocations] = [gbSecondsAMonth(works), invocationsAMonth(works)];
  return {
    name: 'Lambda',
    usd: gbSeconds * prices.lambdaGbSecond.usd + invocations * prices.lambdaRequest.usd,
    of: `${millions(gbSeconds)} GB-seconds, ${millions(invocations)} invocations, all at 1 GB`,
  };
}

/**
 * Returns the requests of a day to S3 and DynamoDB. Each batch of detect is one PUT, because each passes on a tick, and two
 * GETs, as if no container still had its state. The sweep lists each partition of detect and alert once a minute.
 */
export function requestsADay({ works, statePartitions, stateMegabytes }: Flow) {
  const batchesOf = (stage: string): number => works.find(({ name }) => name === stage)!.invocationsASecond * 86_400;
  const batches = batchesOf('detect');
  const lists = (statePartitions + 1) * 1440;
  const itemKilobytes = Math.ceil(0.5 + (0.004 * stateMegabytes * 10) / statePartitions);
  return {
    puts: batches + lists,
    gets: 2 * batches,
    // One write of normalise; two of detect, to decide and to clear; the state of alert is a part of its item.
    writeUnits: batchesOf('normalise') + 2 * batches * itemKilobytes + batchesOf('alert') * assumed.alertItemKilobytes,
    readUnits: batchesOf('normalise') + batches + batchesOf('alert'),
  };
}

/**
 * Returns the gigabytes that detect writes in a day: the blocks that the documents of each batch changed, and its effects.
 * Later objects replace all of it within minutes.
 */
export function replacedGigabytesADay({ load, works, streams, stateMegabytes }: Flow): number {
  const { documents, invocationsASecond, partitions } = works.find(({ name }) => name === 'detect')!;
  const blocks = invocationsASecond * changedShare(documents, load, partitions) * (stateMegabytes / partitions) * 1e6;
  const effects = streams
    .filter(({ topic }) => topic === 'summaries' || topic === 'signals')
    .reduce((sum, { bytes }) => sum + bytes, 0);
  return ((blocks + effects) * 86_400) / 1e9;
}

function s3(flow: Flow): Part {
  const { puts, gets } = requestsADay(flow);
  const days = secondsAMonth / 86_400;
  const { restoreDays = restoreDaysDefault } = flow.load;
  const gigabytes = flow.stateMegabytes / 1000 + restoreDays * replacedGigabytesADay(flow);
  return {
    name: 'S3',
    usd: days * (puts * prices.s3Put.usd + gets * prices.s3Get.usd) + gigabytes * prices.s3GbMonth.usd,
    of: `${millions(days * puts)} PUT and LIST, ${millions(days * gets)} GET, ${whole(gigabytes)} GB: ${restoreDays} days of replaced objects`,
  };
}

function dynamodb(flow: Flow): Part {
  const { writeUnits, readUnits } = requestsADay(flow);
  const days = secondsAMonth / 86_400;
  return {
    name: 'DynamoDB',
    usd: days * (writeUnits * prices.dynamodbWriteUnit.usd + readUnits * prices.dynamodbReadUnit.usd),
    of: `${millions(days * writeUnits)} write and ${millions(days * readUnits)} read units`,
  };
}

/** Returns the documents and bytes of the warehouse, in one copy. */
export function warehouseOf({ samples, summaries }: Flow) {
  const day = 86_400;
  const hourly = summaries / 60;
  return {
    documentsADay: (samples + summaries + hourly) * day,
    bytesADay: (samples * measured.storedSampleBytes + (summaries + hourly) * measured.storedSummaryBytes) * day,
    // Samples are kept for 2 days, minutes for 30 and hours for 396, and the current day is added.
    keptBytes:
      (3 * samples * measured.storedSampleBytes + (31 * summaries + 397 * hourly) * measured.storedSummaryBytes) * day,
  };
}

function search(flow: Flow, { search: nodes, masters }: Machines): Part[] {
  const gigabytes = (nodes.copies * warehouseOf(flow).keptBytes) / 1e9 / (1 - assumed.searchFreeShare);
  const { per, usd } = prices[nodes.price];
  const mastersUsd = masters * hoursAMonth * prices.searchM7gLarge.usd;
  return [
    {
      name: 'OpenSearch nodes',
      usd: nodes.count * hoursAMonth * usd + mastersUsd,
      of: `${nodes.count} × ${per.replace('hour of ', '')}${masters > 0 ? `, ${masters} masters` : ''}`,
    },
    {
      name: 'OpenSearch storage',
      usd: Math.max(10, gigabytes) * prices.searchGbMonth.usd,
      of: `${whole(Math.max(10, gigabytes))} GB: ${nodes.copies === 1 ? 'one copy' : `${nodes.copies} copies`}, ${100 * assumed.searchFreeShare} % free`,
    },
  ];
}

/** Returns the cost of traffic between zones: beats to the brokers, every topic to and from functions, bulk requests. */
function acrossZones({ load, streams, samples, summaries }: Flow): Part {
  const kafkaBytes = streams.reduce((sum, { bytes, readers }) => sum + bytes * (1 + readers), 0);
  const bulkBytes = samples * (measured.sampleBytes + 300) + summaries * (measured.summaryBytes + 300);
  const gigabytes = (assumed.shareAcrossZones * (kafkaBytes / (load.shrinks ?? 1) + bulkBytes) * secondsAMonth) / 1e9;
  return {
    name: 'traffic between zones',
    usd: gigabytes * prices.zoneGb.usd,
    of: `${whole(gigabytes)} GB, two thirds of all of it`,
  };
}

export const logGigabytes = (works: readonly Work[]): number => (invocationsAMonth(works) * assumed.logBytes) / 1e9;

/** Returns the cost of logs, of about 60 metrics of counters and gauges, and of 20 alarms at $0.10. */
function logsAndMetrics(works: readonly Work[]): Part {
  const gigabytes = logGigabytes(works);
  return {
    name: 'CloudWatch',
    usd: gigabytes * prices.logsGb.usd + customMetrics(60) + 2,
    of: `${whole(gigabytes)} GB of logs, 60 metrics, 20 alarms`,
  };
}

function messages({ alerts }: Flow): Part {
  const count = alerts * secondsAMonth;
  return {
    name: 'SNS and SQS',
    usd: count * (prices.snsRequest.usd + 6 * prices.sqsRequest.usd) + 1,
    of: `${whole(count)} transitions and attempts, and the polling of both queues`,
  };
}

export interface CloudWatch {
  readonly metricsUsd: number;
  readonly requestsUsd: number;
  readonly alarmsUsd: number;
  readonly fastAlarmsUsd: number;
}

/** Returns the cost of the same series as custom metrics of CloudWatch, put every 10 s by 1,000 a request, each with an anomaly detection alarm. */
function cloudWatch(series: number): CloudWatch {
  return {
    metricsUsd: customMetrics(series),
    requestsUsd: (Math.max(1, series / 1000) / 10) * secondsAMonth * prices.metricRequest.usd,
    alarmsUsd: series * prices.anomalyAlarm.usd,
    fastAlarmsUsd: series * prices.anomalyAlarmFast.usd,
  };
}
