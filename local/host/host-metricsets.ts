import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import si from 'systeminformation';
import { parseDiskstats } from './diskstats.ts';

/** The fields of one document of a metricset, under `system.<name>`. */
export type Fields = Readonly<Record<string, unknown>>;

/** One group of metrics that are read together. */
export interface Metricset {
  readonly name: string;
  /** Milliseconds between two readings. */
  readonly periodMs: number;
  read(): Promise<readonly Fields[]>;
}

const oftenMs = 5_000;
const seldomMs = 60_000;

/** The metricsets of this host, with the fields of Metricbeat's module `system`. Fractions are 0 to 1, sizes bytes, times ms. */
export const hostMetricsets: readonly Metricset[] = [
  { name: 'cpu', periodMs: oftenMs, read: readCpu },
  // Windows has no load average: Node returns 0 for it.
  ...(process.platform === 'win32' ? [] : [{ name: 'load', periodMs: oftenMs, read: readLoad }]),
  { name: 'memory', periodMs: oftenMs, read: readMemory },
  { name: 'network', periodMs: oftenMs, read: readNetwork },
  { name: 'diskio', periodMs: oftenMs, read: process.platform === 'linux' ? readDisks : readDisksInTotal },
  { name: 'filesystem', periodMs: seldomMs, read: readFilesystems },
];

async function readCpu(): Promise<Fields[]> {
  const load = await si.currentLoad();
  const norm = (percent: number) => ({ norm: { pct: rounded(percent / 100) } });
  return [
    {
      cores: load.cpus.length,
      total: norm(load.currentLoad),
      user: norm(load.currentLoadUser),
      system: norm(load.currentLoadSystem),
      nice: norm(load.currentLoadNice),
      irq: norm(load.currentLoadIrq),
      steal: norm(load.currentLoadSteal),
      idle: norm(load.currentLoadIdle),
    },
  ];
}

async function readLoad(): Promise<Fields[]> {
  const cores = availableParallelism();
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  const norm = { 1: rounded(one / cores), 5: rounded(five / cores), 15: rounded(fifteen / cores) };
  return [{ 1: rounded(one), 5: rounded(five), 15: rounded(fifteen), norm, cores }];
}

async function readMemory(): Promise<Fields[]> {
  const { total, free, used, available, cached, swaptotal, swapfree, swapused } = await si.mem();
  const actuallyUsed = total - available;
  return [
    {
      total,
      free,
      cached,
      used: { bytes: used, pct: fraction(used, total) },
      actual: { free: available, used: { bytes: actuallyUsed, pct: fraction(actuallyUsed, total) } },
      swap: { total: swaptotal, free: swapfree, used: { bytes: swapused, pct: fraction(swapused, swaptotal) } },
    },
  ];
}

async function readNetwork(): Promise<Fields[]> {
  const interfaces = await si.networkStats('*');
  return interfaces.map((at) => ({
    name: at.iface,
    in: { bytes: at.rx_bytes, errors: at.rx_errors, dropped: at.rx_dropped },
    out: { bytes: at.tx_bytes, errors: at.tx_errors, dropped: at.tx_dropped },
  }));
}

async function readDisks(): Promise<Fields[]> {
  const [text, wholeDevices] = await Promise.all([readFile('/proc/diskstats', 'utf8'), readdir('/sys/block')]);
  const whole = new Set(wholeDevices);
  return parseDiskstats(text, (name) => whole.has(name)).map((disk) => ({ ...disk }));
}

/** Reads the sum over all disks, on a platform that shows single devices to administrators only. */
async function readDisksInTotal(): Promise<Fields[]> {
  const [operations, bytes] = await Promise.all([si.disksIO(), si.fsStats()]);
  return [
    {
      name: 'all',
      read: { ...ifKnown('count', operations?.rIO), ...ifKnown('bytes', bytes?.rx) },
      write: { ...ifKnown('count', operations?.wIO), ...ifKnown('bytes', bytes?.wx) },
    },
  ];
}

async function readFilesystems(): Promise<Fields[]> {
  const mounts = await si.fsSize();
  return mounts
    .filter(({ size, rw }) => size > 0 && rw !== false)
    .map(({ fs, mount, type, size, used, available }) => ({
      device_name: fs,
      mount_point: mount,
      type,
      total: size,
      available,
      free: size - used,
      used: { bytes: used, pct: fraction(used, used + available) },
    }));
}

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

const fraction = (part: number, whole: number): number => (whole === 0 ? 0 : rounded(part / whole));

function ifKnown(name: string, value: number | null | undefined): Fields {
  return typeof value === 'number' ? { [name]: value } : {};
}
