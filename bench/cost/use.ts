import { isDeployed } from '../../functions/deployed-functions.ts';
import { functionsFedBy, sourcesOf } from '../../functions/functions.ts';
import { minuteMs } from '../../functions/shared/domain/durations.ts';
import {
  deletedAfterDays,
  type KeptFamily,
  longestDays,
  periodOf,
} from '../../functions/shared/warehouse/retention.ts';
import { restoreDaysDefault } from '../../settings/deployment.ts';
import { changedShare, type Flow, type Load, type Work } from './flow.ts';
import { heartbeats } from './heartbeats.ts';
import type { Machines } from './machines.ts';
import { assumed, measured } from './measured.ts';
import { millions, type Part, secondsAMonth, whole } from './month.ts';
import { prices } from './prices.ts';

/** Returns the parts of a bill that depend on use. Heartbeats and ticks cause use even where nothing is shipped. */
export const usedParts = (machines: Machines, flow: Flow): Part[] => [
  endpointTraffic(machines, flow),
  lambda(flow.works),
  s3(flow),
  dynamodb(flow),
  heartbeats(flow.load.windowMs),
  messages(flow),
  upkeep(flow.load),
  logs(flow),
  acrossZones(machines, flow),
];

/** Returns the bytes that topics keep, in one copy. */
export const keptByTopics = ({ streams }: Flow): number =>
  streams.reduce((sum, { bytes, keptDays }) => sum + bytes * keptDays * 86_400, 0);

/** Returns the cost of events of on-demand pollers, in base64, as if each passed through the endpoint of Lambda. */
function endpointTraffic({ passesEventsByEndpoint }: Machines, { streams }: Flow): Part {
  const name = 'endpoint traffic';
  if (!passesEventsByEndpoint) return { name, usd: 0, of: 'none' };
  const bytesASecond = streams.reduce(
    (all, { bytes, records, readers }) => all + readers * ((bytes * 4) / 3 + records * assumed.eventFrameBytes),
    0,
  );
  const gigabytes = (bytesASecond * secondsAMonth) / 1e9;
  return { name, usd: gigabytes * prices.endpointGb.usd, of: `${whole(gigabytes)} GB of events` };
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
    readUnits: batchesOf('normalise') + batches + batchesOf('alert') + itemsReadADay(works, statePartitions),
  };
}

/** Returns the reads of ledger items by functions of each minute: self-check once, sweep to recover and to collect. */
function itemsReadADay(works: readonly Work[], statePartitions: number): number {
  const lanes = works.find(({ name }) => name === 'normalise')!.partitions;
  return 3 * 1440 * (lanes + statePartitions + 1);
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
export function warehouseOf(flow: Flow) {
  const stored = storedOf(flow);
  return {
    documentsADay: stored.reduce((sum, { documents }) => sum + documents, 0),
    bytesADay: stored.reduce((sum, { bytes }) => sum + bytes, 0),
    // An index is deleted as a whole, so the documents of the first day of its period are kept for all of it.
    keptBytes: stored.reduce((sum, { family, bytes }) => sum + bytes * deletedAfterDays(family), 0),
    /** The largest index. While it is merged, its one new segment is written beside the old ones. */
    mergeBytes: Math.max(...stored.map(({ family, bytes }) => bytes * longestDays[periodOf[family]])),
  };
}

/** Returns the bytes that the disks of the warehouse need, in one copy: what is kept, and the room for the largest merge. */
export function diskBytesOf(flow: Flow): number {
  const { keptBytes, mergeBytes } = warehouseOf(flow);
  return keptBytes + mergeBytes;
}

/** Returns the documents and bytes of a day in each family that grows with the series; the others are small beside them. */
function storedOf({ samples, summaries }: Flow) {
  const of = (family: KeptFamily, aSecond: number, bytes: number) => {
    const documents = aSecond * 86_400;
    return { family, documents, bytes: documents * bytes };
  };
  return [
    of('offbeat-samples', samples, measured.storedSampleBytes),
    of('offbeat-summaries', summaries, measured.storedSummaryBytes),
    of('offbeat-summaries-1h', summaries / 60, measured.storedSummaryBytes),
  ];
}

/**
 * Returns the cost of traffic between zones: beats to the brokers, every topic to and from functions, bulk requests. Brokers are
 * one in each zone, and clients do not choose by zone, so the share 1 - 1 / zones leaves its zone.
 */
function acrossZones({ kafka }: Machines, { load, streams, samples, summaries }: Flow): Part {
  const zones = kafka?.brokers ?? assumed.zonesOfBrokers;
  const kafkaBytes = streams.reduce((sum, { bytes, readers }) => sum + bytes * (1 + readers), 0);
  const bulkBytes =
    load.hasWarehouse === false
      ? 0
      : samples * (measured.sampleBytes + 300) + summaries * (measured.summaryBytes + 300);
  const gigabytes = ((1 - 1 / zones) * (kafkaBytes / (load.shrinks ?? 1) + bulkBytes) * secondsAMonth) / 1e9;
  return {
    name: 'traffic between zones',
    usd: gigabytes * prices.zoneGb.usd,
    of: `${whole(gigabytes)} GB, ${zones === 2 ? 'half' : 'two thirds'} of all of it`,
  };
}

const logGigabytes = (works: readonly Work[]): number => (invocationsAMonth(works) * assumed.logBytes) / 1e9;

function messages({ alerts }: Flow): Part {
  const count = alerts * secondsAMonth;
  return {
    name: 'SNS and SQS',
    usd: count * (prices.snsRequest.usd + 6 * prices.sqsRequest.usd) + 1,
    of: `${whole(count)} transitions and attempts, and the polling of both queues`,
  };
}

/** Returns the cost of the functions that a schedule invokes each minute. */
function upkeep({ hasWarehouse = true }: Load): Part {
  const names = functionsFedBy('schedule').filter(
    (name) => isDeployed(name, hasWarehouse) && sourcesOf(name, 'schedule').some(({ everyMs }) => everyMs <= minuteMs),
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
