/**
 * The results of `npm run bench` on 2026-11-25: Node 24.21 on 2 × AMD EPYC, a virtual machine with other users. CPU is
 * counted as if a vCPU of Lambda's arm64 were as fast, which was never measured.
 */
export const measured = {
  /** Bytes of record values of the recorded cluster, without keys and headers, uncompressed. */
  beatBytes: 847,
  sampleBytes: 675,
  summaryBytes: 1_062,
  measurementsASample: 8.4,
  /** The factor by which gzip shrinks batches of 20 samples; for beats it is slightly higher. */
  gzipShrinks: 8,
  /** Bytes of a document in OpenSearch, in one copy, merged. */
  storedSampleBytes: 226,
  storedSummaryBytes: 539,
  /** Milliseconds of CPU of the stateless functions for each record. */
  normaliseMs: 0.03,
  persistSampleMs: 0.026,
  persistSummaryMs: 0.075,
  /** Milliseconds of CPU of detect for each measurement, with its state in memory: 187 ms for 47,410 measurements. */
  detectMeasurementMs: 187 / 47_410,
  /** Milliseconds of CPU that loading state adds for each megabyte: 413 ms for 52,600 measurements and 25.5 MB of state. */
  detectLoadMsAMegabyte: (413 - 52_600 * (187 / 47_410)) / 25.5,
  /** Bytes of state for each series: all blocks of a partition, divided by its series. */
  stateBytesASeries: 735,
} as const;

/** The assumptions, which could not be measured here. */
export const assumed = {
  /** Bytes of key, headers and framing of a record of Offbeat's, and of a beat. */
  recordFrameBytes: 140,
  beatFrameBytes: 20,
  /** Bytes of a record in Lambda's event beside its value in base64: field names, coordinates, headers. */
  eventFrameBytes: 500,
  /** The share of a vCPU of a function with 1,024 MB: Lambda gives 1,769 MB one vCPU. */
  vcpuOfGigabyte: 1024 / 1769,
  /** Milliseconds until S3 or DynamoDB answers within the region, and megabytes of an object that follow each second. */
  s3Ms: 30,
  dynamodbMs: 8,
  s3MegabytesASecond: 80,
  /** Milliseconds of CPU of an invocation with almost no work. */
  idleCpuMs: 5,
  /** Milliseconds until brokers or OpenSearch answer a batch. */
  sendMs: 40,
  /** Anomalies of 1,000 series in a day, each reported three times in 1.2 KB. */
  anomaliesADayOfThousand: 1,
  anomalyBytes: 1_200,
  /** Bytes of a tick's value. */
  tickBytes: 80,
  /** Kilobytes of the ledger item of alert, which contains its state while that is small (843 bytes without open or held alerts). */
  alertItemKilobytes: 4,
  alertsOfAnomaly: 0.2,
  /** Bytes that Lambda and telemetry log for each invocation. */
  logBytes: 1_500,
  /** Milliseconds and bytes of log of an invocation of heartbeat, which has little CPU with 256 MB, and no counters. */
  heartbeatMs: 75,
  heartbeatLogBytes: 500,
  /** Requests a minute of Lambda's pollers on an empty queue: five pollers wait 20 s each. */
  idlePollsAMinute: 15,
  /**
   * The number of values of each dimension of a counter that occur in a month without troubles. On AWS nothing counts by
   * `status` or `identity`, which are of the bulk API of one process.
   */
  valuesOfDimension: { stage: 4, reason: 2, outcome: 3, receiver: 2, status: 0, identity: 0 },
  /** Metrics that MSK adds for each broker with PER_BROKER, as if each were billed as a custom metric. */
  metricsOfBroker: 30,
  /** Seconds of an invocation of sweep or self-check, as if each had 1 GB. */
  upkeepSeconds: 0.5,
  /** Pages that are shown at any time, on average: a screen in an office, or eight people for three hours a day. */
  pagesShown: 1,
  /** Requests a second of a page that is shown: one for changes every 2 s, and ten answers of its view every 10 s. */
  pageRequestsASecond: 1.5,
  /** Seconds of an invocation of api, which has 1 GB. */
  apiSeconds: 0.05,
  /** The people who sign in to the page in a month. */
  people: 10,
  /** The zones of brokers that are the user's. */
  zonesOfBrokers: 3,
  /** The shares of broker disks and OpenSearch volumes that are kept free. */
  mskFreeShare: 0.25,
  searchFreeShare: 0.25,
} as const;
