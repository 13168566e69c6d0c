/**
 * What `npm run bench` measured of this code: Node 24.21 on 2 × AMD EPYC (a virtual machine that others used too),
 * 2026-11-25. CPU is counted as if a function's vCPU were as quick, which nobody has measured on Lambda's arm64.
 */
export const measured = {
  /** The recorded cluster: values of records alone, uncompressed. */
  beatBytes: 847,
  sampleBytes: 509,
  summaryBytes: 1_062,
  measurementsASample: 8.4,
  /** How much smaller gzip makes batches of 20 samples; of beats a little more. */
  gzipShrinks: 8,
  /** In OpenSearch, one copy, merged. */
  storedSampleBytes: 192,
  storedSummaryBytes: 539,
  /** CPU of the stateless functions, ms a record. */
  normaliseMs: 0.03,
  persistSampleMs: 0.026,
  persistSummaryMs: 0.075,
  /** `detect` with its state in memory: 187 ms for 47,410 measurements. */
  detectMeasurementMs: 187 / 47_410,
  /** And what loading adds: 413 ms for 52,600 measurements and 25.5 MB of state. */
  detectLoadMsAMegabyte: (413 - 52_600 * (187 / 47_410)) / 25.5,
  /** State of a series, all blocks of a partition divided by its series. */
  stateBytesASeries: 254,
} as const;

/** What is assumed, because no machine here could tell. */
export const assumed = {
  /** Key, headers and framing of a record of ours; of a beat. */
  recordFrameBytes: 140,
  beatFrameBytes: 20,
  /** A record's field names, coordinates and headers in Lambda's event, beside its value in base64. */
  eventFrameBytes: 500,
  /** Lambda gives 1,769 MB one vCPU. */
  vcpuOfGigabyte: 1024 / 1769,
  /** Of an answer from S3 or DynamoDB within the region, and how quickly an object's bytes follow. */
  s3Ms: 30,
  dynamodbMs: 8,
  s3MegabytesASecond: 80,
  /** CPU of an invocation that has next to nothing to do. */
  idleCpuMs: 5,
  /** Of a broker's or OpenSearch's answer to a batch. */
  sendMs: 40,
  /** Anomalies a day of 1,000 series, each told three times in 1.2 KB; alerts of an anomaly. */
  anomaliesADayOfThousand: 1,
  anomalyBytes: 1_200,
  /** Of a tick's value. */
  tickBytes: 80,
  /** Of the item of alert, whose state is in it while it is small; 843 bytes with no alert open, without what it holds back. */
  alertItemKilobytes: 4,
  alertsOfAnomaly: 0.2,
  /** What Lambda and our telemetry log of an invocation. */
  logBytes: 1_500,
  /** Of an invocation of heartbeat: at 256 MB CPU is scarce, and it counts nothing. */
  heartbeatMs: 75,
  heartbeatLogBytes: 500,
  /** Requests a minute of Lambda's pollers on a queue, beside those that bring messages: five wait 20 s each. */
  idlePollsAMinute: 15,
  /** Of sweep and self-check, which run twice a minute, as if each had 1 GB. */
  upkeepSeconds: 0.5,
  /** Share of traffic that leaves its zone, with three of them and clients that do not look. */
  shareAcrossZones: 2 / 3,
  /** Of broker disks and OpenSearch volumes, kept free. */
  mskFreeShare: 0.25,
  searchFreeShare: 0.25,
} as const;
