import { assumed, measured } from './measured.ts';

/** What is shipped every 10 seconds, and how long the event source mappings gather before they invoke. */
export interface Load {
  readonly series: number;
  readonly windowMs: number;
  /** How much smaller record batches are on the wire and on the brokers. @default 1: nothing of ours compresses yet */
  readonly shrinks?: number;
  /** Of `samples`. @default as few as hold the state */
  readonly partitions?: number;
  /** How long an object that was replaced is kept. @default as long as can be */
  readonly restoreDays?: number;
}

const cadenceSeconds = 10;
/** table.ts: 31 MB hold a little more than this many series of the recorded cluster's kind. */
const seriesAPartition = 100_000;
/** Lambda's bounds on an event. */
const batchRecordsMax = 10_000;
const payloadBytesMax = 6 * 1024 * 1024;
/** A partition whose function works longer than this share of the time gets a second one. */
const busyShareMax = 0.6;

/** Records and bytes a second of one topic. */
export interface Stream {
  readonly topic: string;
  readonly records: number;
  readonly bytes: number;
  readonly partitions: number;
  /** Consumer groups that read all of it. */
  readonly readers: number;
  readonly keptDays: number;
}

/** One function's work, all its invocations together. */
export interface Work {
  readonly name: string;
  readonly partitions: number;
  /** Records of an invocation. */
  readonly batch: number;
  readonly seconds: number;
  readonly invocationsASecond: number;
  /** Share of the time that a partition's function runs. */
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
  const statePartitions = load.partitions ?? Math.ceil(load.series / seriesAPartition);
  const stateMegabytes = (load.series * measured.stateBytesASeries) / 1e6;
  const works = worksOf(load, { samples, summaries, statePartitions, stateMegabytes });
  const partitionsOf = (name: string): number => works.find((work) => work.name === name)!.partitions;
  const frame = assumed.recordFrameBytes;
  /** A tick every 10 s of each partition of detect. */
  const ticks = statePartitions / cadenceSeconds;
  const signalBytes = anomalies * (assumed.anomalyBytes + frame) + ticks * (80 + frame);
  const streams: Stream[] = [
    stream('beats', samples, measured.beatBytes + assumed.beatFrameBytes, partitionsOf('normalise'), 1, 1),
    stream('samples', samples, measured.sampleBytes + frame, partitionsOf('detect'), 2, 1),
    stream('summaries', summaries, measured.summaryBytes + frame, partitionsOf('detect'), 1, 1),
    { ...stream('signals', anomalies + ticks, 0, 1, 2, 7), bytes: signalBytes },
    stream('alerts', alerts, 4_000, 1, 2, 30),
  ];
  return { load, samples, summaries, anomalies, alerts, statePartitions, stateMegabytes, streams, works };
}

function stream(
  topic: string,
  records: number,
  recordBytes: number,
  partitions: number,
  readers: number,
  keptDays: number,
): Stream {
  return { topic, records, bytes: records * recordBytes, partitions, readers, keptDays };
}

interface Rates {
  readonly samples: number;
  readonly summaries: number;
  readonly statePartitions: number;
  readonly stateMegabytes: number;
}

function worksOf(load: Load, { samples, summaries, statePartitions, stateMegabytes }: Rates): Work[] {
  const { s3Ms, dynamodbMs, s3MegabytesASecond, sendMs } = assumed;
  const megabytes = stateMegabytes / statePartitions;
  const moveMs = (moved: number) => (1000 * moved) / s3MegabytesASecond;
  return [
    spread(load, 'normalise', samples, 1, measured.beatBytes, (batch) => ({
      cpuMs: batch * measured.normaliseMs,
      waitMs: sendMs,
    })),
    // Each batch finds another container's state newer than its own: it loads all of it, and writes what it changed.
    spread(load, 'detect', samples, statePartitions, measured.sampleBytes, (batch) => ({
      cpuMs:
        batch * measured.measurementsASample * measured.detectMeasurementMs +
        megabytes * measured.detectLoadMsAMegabyte,
      waitMs: 2 * s3Ms + 3 * dynamodbMs + sendMs + moveMs(megabytes * (1 + changedShare(batch, load, statePartitions))),
    })),
    spread(load, 'persist', samples + summaries, statePartitions, measured.sampleBytes, (batch) => ({
      cpuMs:
        (batch * (samples * measured.persistSampleMs + summaries * measured.persistSummaryMs)) / (samples + summaries),
      waitMs: 2 * sendMs,
    })),
    // Ticks keep it going; anomalies are few.
    spread(load, 'alert', statePartitions / cadenceSeconds, 1, 80, () => ({
      cpuMs: 5,
      waitMs: 3 * dynamodbMs + sendMs,
    })),
  ];
}

/** How much of a partition's state a batch touches: a document is of one group, which lies in one block. */
export function changedShare(batch: number, { series }: Load, partitions: number): number {
  return Math.min(1, (batch * measured.measurementsASample * partitions) / series);
}

interface Effort {
  readonly cpuMs: number;
  readonly waitMs: number;
}

/** At least `partitionsMin`, and as many as let each keep up. */
function spread(
  { windowMs }: Load,
  name: string,
  perSecond: number,
  partitionsMin: number,
  valueBytes: number,
  effortOf: (batch: number) => Effort,
): Work {
  const eventBytes = Math.ceil(valueBytes / 3) * 4 + assumed.eventFrameBytes;
  const batchMax = Math.min(batchRecordsMax, Math.floor(payloadBytesMax / eventBytes));
  const secondsOf = (batch: number): number => {
    const { cpuMs, waitMs } = effortOf(batch);
    return (cpuMs / assumed.vcpuOfGigabyte + waitMs) / 1000;
  };
  for (let partitions = partitionsMin; ; partitions += 1) {
    const rate = perSecond / partitions;
    // A batch ends when it is full, when its window closes, or, where records come seldom, with the next record.
    const period = Math.max(Math.min(batchMax / rate, windowMs / 1000), 1 / rate);
    const batch = rate * period;
    const seconds = secondsOf(batch);
    const busyShare = seconds / period;
    const keepsUp = secondsOf(batchMax) <= busyShareMax * (batchMax / rate);
    if (!keepsUp) continue;
    if (busyShare <= 1) {
      return { name, partitions, batch, seconds, invocationsASecond: partitions / period, busyShare };
    }
    // The window is shorter than the work: the next batch gathers while this one runs, and they grow until it fits.
    const grown = grownBatch(rate, batch, batchMax, secondsOf);
    const took = secondsOf(grown);
    return { name, partitions, batch: grown, seconds: took, invocationsASecond: partitions / took, busyShare: 1 };
  }
}

function grownBatch(rate: number, from: number, batchMax: number, secondsOf: (batch: number) => number): number {
  let batch = from;
  for (let step = 0; step < 50; step += 1) batch = Math.min(batchMax, rate * secondsOf(batch));
  return batch;
}
