import { isDeployed } from '../../functions/deployed-functions.ts';
import { stagesOfTopics } from '../../functions/functions.ts';
import { dayMs } from '../../functions/shared/domain/durations.ts';
import { retentionMs, type TopicRole, topics } from '../../functions/shared/log/topics.ts';
import { heartbeatSeconds } from '../../lib/constructs/heartbeat-schedule.ts';
import { assumed, measured } from './measured.ts';

/** A load: series that are measured every 10 seconds, and the window of the event source mappings. */
export interface Load {
  readonly series: number;
  readonly windowMs: number;
  /**
   * The factor by which record batches are smaller on the wire and on the brokers.
   *
   * @default 1, because Offbeat does not compress yet
   */
  readonly shrinks?: number;
  /** @default the fewest that keep up and hold the state */
  readonly partitions?: { readonly beats: number; readonly samples: number };
  /**
   * The days for which replaced objects are kept.
   *
   * @default 7
   */
  readonly restoreDays?: number;
  /**
   * A flag: persist writes samples and summaries to a warehouse.
   *
   * @default true
   */
  readonly hasWarehouse?: boolean;
}

/** Returns the stages of a load that topics feed. */
const stagesOf = ({ hasWarehouse = true }: Load) =>
  stagesOfTopics.filter(({ stage }) => isDeployed(stage, hasWarehouse));

const cadenceSeconds = 10;
/** Seconds between two ticks of a lane, which normalise emits and detect passes on one by one. */
const tickSeconds = 2;
/** Series of a partition, whose 31 MB hold slightly more of the recorded cluster's kind, with a day profile each. */
export const seriesAPartition = 40_000;
/** Limits of Lambda on an event. */
const batchRecordsMax = 10_000;
const payloadBytesMax = 6 * 1024 * 1024;
/** The share of time that the function of a partition may run; above it, the model adds a partition. */
const busyShareMax = 0.6;

/** Records and bytes of one topic for each second. */
export interface Stream {
  readonly topic: TopicRole;
  readonly records: number;
  readonly bytes: number;
  readonly partitions: number;
  /** The number of consumer groups that read the topic. */
  readonly readers: number;
  readonly keptDays: number;
}

/** The work of one function, in all of its invocations. */
export interface Work {
  readonly name: string;
  readonly partitions: number;
  /** Records of an invocation. */
  readonly batch: number;
  /** Records of an invocation that are neither heartbeats nor ticks. */
  readonly documents: number;
  readonly seconds: number;
  readonly invocationsASecond: number;
  /** The share of time that the function of a partition runs. */
  readonly busyShare: number;
}

export interface Flow {
  readonly load: Load;
  readonly samples: number;
  readonly summaries: number;
  readonly anomalies: number;
  readonly alerts: number;
  readonly statePartitions: number;
  readonly stateMegabytes: number;
  readonly streams: readonly Stream[];
  readonly works: readonly Work[];
}

export function flowOf(load: Load): Flow {
  const samples = load.series / measured.measurementsASample / cadenceSeconds;
  const summaries = (samples * cadenceSeconds) / 60;
  const anomalies = (3 * assumed.anomaliesADayOfThousand * load.series) / 1000 / 86_400;
  const alerts = anomalies * assumed.alertsOfAnomaly;
  const statePartitions = load.partitions?.samples ?? Math.max(1, Math.ceil(load.series / seriesAPartition));
  const stateMegabytes = (load.series * measured.stateBytesASeries) / 1e6;
  const normalise = normaliseOf(load, samples);
  const lanes = normalise.partitions;
  const rates = { samples, summaries, anomalies, lanes, statePartitions, stateMegabytes };
  const works = [normalise, ...worksOf(load, rates), ...persistOf(load, rates)];
  const streams = streamsOf(load, rates, alerts);
  return { load, samples, summaries, anomalies, alerts, statePartitions, stateMegabytes, streams, works };
}

interface Rates {
  readonly samples: number;
  readonly summaries: number;
  readonly anomalies: number;
  /** Partitions of `beats`. */
  readonly lanes: number;
  readonly statePartitions: number;
  readonly stateMegabytes: number;
}

function streamsOf(load: Load, rates: Rates, alerts: number): Stream[] {
  const { samples, summaries, anomalies, lanes, statePartitions } = rates;
  const frame = assumed.recordFrameBytes;
  const tickBytes = assumed.tickBytes + frame;
  const stream = (topic: TopicRole, partitions: number, of: readonly Records[]) => ({
    topic,
    partitions,
    readers: stagesOf(load).filter((stage) => stage.topics.includes(topics[topic])).length,
    keptDays: retentionMs[topics[topic]] / dayMs,
    records: of.reduce((sum, { rate }) => sum + rate, 0),
    bytes: of.reduce((sum, { rate, bytes }) => sum + rate * bytes, 0),
  });
  return [
    stream('beats', lanes, [
      { rate: samples, bytes: measured.beatBytes + assumed.beatFrameBytes },
      { rate: lanes / heartbeatSeconds(load.windowMs), bytes: frame },
    ]),
    stream('samples', statePartitions, [
      { rate: samples, bytes: measured.sampleBytes + frame },
      { rate: (lanes * statePartitions) / tickSeconds, bytes: tickBytes },
    ]),
    stream('summaries', statePartitions, [{ rate: summaries, bytes: measured.summaryBytes + frame }]),
    stream('signals', 1, [
      { rate: anomalies, bytes: assumed.anomalyBytes + frame },
      { rate: statePartitions / tickSeconds, bytes: tickBytes },
    ]),
    stream('alerts', 1, [{ rate: alerts, bytes: 4_000 }]),
  ];
}

/** Records of one kind: their number for each second, and the bytes of each with its frame. */
interface Records {
  readonly rate: number;
  readonly bytes: number;
}

/** Returns the work of normalise: a heartbeat in each window, and for each batch a read and a conditional write of a ledger item. */
function normaliseOf(load: Load, samples: number): Work {
  return spread(load, {
    name: 'normalise',
    documents: samples,
    everywhere: 1 / heartbeatSeconds(load.windowMs),
    partitionsMin: load.partitions?.beats ?? 1,
    valueBytes: measured.beatBytes,
    effortOf: (documents) => ({
      cpuMs: documents * measured.normaliseMs,
      waitMs: assumed.sendMs + 2 * assumed.dynamodbMs,
    }),
  });
}

function worksOf(load: Load, rates: Rates): Work[] {
  const { samples, anomalies, lanes, statePartitions, stateMegabytes } = rates;
  const { s3Ms, dynamodbMs, s3MegabytesASecond, sendMs } = assumed;
  const megabytes = stateMegabytes / statePartitions;
  const moveMs = (moved: number) => (1000 * moved) / s3MegabytesASecond;
  return [
    // The worst case: another container ran the batch before, so each batch loads all of the state, and writes what it changed.
    spread(load, {
      name: 'detect',
      documents: samples,
      everywhere: lanes / tickSeconds,
      partitionsMin: statePartitions,
      valueBytes: measured.sampleBytes,
      effortOf: (documents) => ({
        cpuMs:
          documents * measured.measurementsASample * measured.detectMeasurementMs +
          megabytes * measured.detectLoadMsAMegabyte,
        waitMs:
          2 * s3Ms + 3 * dynamodbMs + sendMs + moveMs(megabytes * (1 + changedShare(documents, load, statePartitions))),
      }),
    }),
    // Nearly all of these records are ticks: anomalies are few.
    spread(load, {
      name: 'alert',
      documents: anomalies,
      everywhere: statePartitions / tickSeconds,
      partitionsMin: 1,
      valueBytes: assumed.tickBytes,
      effortOf: () => ({ cpuMs: 0, waitMs: 3 * dynamodbMs + sendMs }),
    }),
  ];
}

/** Returns the work of persist; none without a warehouse. */
function persistOf(load: Load, rates: Rates): Work[] {
  if (load.hasWarehouse === false) return [];
  const { samples, summaries, anomalies, lanes, statePartitions } = rates;
  const { sendMs } = assumed;
  const persistMs =
    samples === 0
      ? 0
      : (samples * measured.persistSampleMs + summaries * measured.persistSummaryMs) / (samples + summaries);
  return [
    spread(load, {
      name: 'persist',
      documents: samples + summaries,
      everywhere: lanes / tickSeconds,
      partitionsMin: statePartitions,
      valueBytes: measured.sampleBytes,
      effortOf: (documents) => ({ cpuMs: documents * persistMs, waitMs: documents === 0 ? 0 : 2 * sendMs }),
    }),
    spread(load, {
      name: 'persist of signals',
      documents: anomalies,
      everywhere: statePartitions / tickSeconds,
      partitionsMin: 1,
      valueBytes: assumed.tickBytes,
      effortOf: () => ({ cpuMs: 0, waitMs: 0 }),
    }),
  ];
}

/** Returns the share of a partition's state that a batch changes: each document belongs to one group, in one block. */
export function changedShare(documents: number, { series }: Load, partitions: number): number {
  return series === 0 ? 0 : Math.min(1, (documents * measured.measurementsASample * partitions) / series);
}

interface Effort {
  readonly cpuMs: number;
  readonly waitMs: number;
}

interface Reading {
  readonly name: string;
  /** Documents for each second, over all partitions. */
  readonly documents: number;
  /** Heartbeats or ticks for each second, in each partition. */
  readonly everywhere: number;
  readonly partitionsMin: number;
  readonly valueBytes: number;
  /** Returns the time that a batch needs, by the documents in it. */
  effortOf(documents: number): Effort;
}

/** The most partitions with which a function is tried: more than any cluster of the deployments carries. */
const partitionsMax = 10_000;

/**
 * Returns the work of a function with the fewest partitions, from `partitionsMin` up, that keep up.
 * @throws {RangeError} if none do, because a batch takes too long however few documents it has
 */
function spread({ windowMs }: Load, reading: Reading): Work {
  const { name, documents, everywhere, partitionsMin, valueBytes, effortOf } = reading;
  const eventBytes = Math.ceil(valueBytes / 3) * 4 + assumed.eventFrameBytes;
  const batchMax = Math.min(batchRecordsMax, Math.floor(payloadBytesMax / eventBytes));
  for (let partitions = partitionsMin; partitions <= partitionsMax; partitions += 1) {
    const rate = documents / partitions + everywhere;
    const documentsOf = (batch: number): number => (batch * documents) / partitions / rate;
    const secondsOf = (batch: number): number => {
      const { cpuMs, waitMs } = effortOf(documentsOf(batch));
      return (Math.max(cpuMs, assumed.idleCpuMs) / assumed.vcpuOfGigabyte + waitMs) / 1000;
    };
    // A batch ends when it is full, at the end of its window, or, where records are rare, with the next record.
    const period = Math.max(Math.min(batchMax / rate, windowMs / 1000), 1 / rate);
    const batch = rate * period;
    const seconds = secondsOf(batch);
    const busyShare = seconds / period;
    const keepsUp = secondsOf(batchMax) <= busyShareMax * (batchMax / rate);
    if (!keepsUp) continue;
    const work = { name, partitions, batch, documents: documentsOf(batch) };
    if (busyShare <= 1) return { ...work, seconds, invocationsASecond: partitions / period, busyShare };
    // The window is shorter than the work: records gather while a batch runs, so batches grow until both are equal.
    const grown = grownBatch(rate, batch, batchMax, secondsOf);
    const took = secondsOf(grown);
    const more = { batch: grown, documents: documentsOf(grown), seconds: took };
    return { ...work, ...more, invocationsASecond: partitions / took, busyShare: 1 };
  }
  throw new RangeError(`${name} does not keep up with ${documents} documents a second, however many partitions it has`);
}

function grownBatch(rate: number, from: number, batchMax: number, secondsOf: (batch: number) => number): number {
  let batch = from;
  for (let step = 0; step < 50; step += 1) batch = Math.min(batchMax, rate * secondsOf(batch));
  return batch;
}
