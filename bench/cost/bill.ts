import { restoreDaysDefault } from '../../settings/deployment.ts';
import { changedShare, type Flow, flowOf, type Load, type Work } from './flow.ts';
import { heartbeats } from './heartbeats.ts';
import { assumed, measured } from './measured.ts';
import { hoursAMonth, millions, type Part, secondsAMonth, whole } from './month.ts';
import { customMetrics, prices } from './prices.ts';

/** What the brokers and search nodes are, by scale; sizing is by hand, from AWS's advice on what each carries. */
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

/** A month of everything that AWS bills for this load. */
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

/** What topics keep, one copy. */
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
 * Of detect: a PUT, because each batch passes a tick on, and, as no container finds its own state, two GETs. The sweep
 * lists each partition of detect and alert once a minute.
 */
export function requestsADay({ works, statePartitions, stateMegabytes }: Flow) {
  const batchesOf = (stage: string): number => works.find(({ name }) => name === stage)!.invocationsASecond * 86_400;
  const batches = batchesOf('detect');
  const lists = (statePartitions + 1) * 1440;
  const itemKilobytes = Math.ceil(0.5 + (0.004 * stateMegabytes * 10) / statePartitions);
  return {
    puts: batches + lists,
    gets: 2 * batches,
    // Of normalise one; of detect decided, and cleared once the effects are out; alert's state rides in its item.
    writeUnits: batchesOf('normalise') + 2 * batches * itemKilobytes + batchesOf('alert') * assumed.alertItemKilobytes,
    readUnits: batchesOf('normalise') + batches + batchesOf('alert'),
  };
}

/**
 * All that detect writes, the blocks that a batch's documents changed and its effects: other objects replace it within
 * minutes.
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

/** Documents and bytes, one copy. */
export function warehouseOf({ samples, summaries }: Flow) {
  const day = 86_400;
  const hourly = summaries / 60;
  return {
    documentsADay: (samples + summaries + hourly) * day,
    bytesADay: (samples * measured.storedSampleBytes + (summaries + hourly) * measured.storedSummaryBytes) * day,
    // Two days of samples and the one that is written, 30 of minutes, 396 of hours.
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

/** Beats to the brokers, every topic to and from functions, bulk requests: all that may leave a zone. */
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

/** Our own counters are about 60 metrics, with 20 alarms at $0.10. */
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

/** The same series as custom metrics put every 10 seconds, 1,000 a request, with an anomaly detection alarm on each. */
function cloudWatch(series: number): CloudWatch {
  return {
    metricsUsd: customMetrics(series),
    requestsUsd: (Math.max(1, series / 1000) / 10) * secondsAMonth * prices.metricRequest.usd,
    alarmsUsd: series * prices.anomalyAlarm.usd,
    fastAlarmsUsd: series * prices.anomalyAlarmFast.usd,
  };
}
