import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { encodeKafkaEvent } from '../functions/shared/log/kafka-event.ts';
import type { LogRecord } from '../functions/shared/log/record.ts';
import { withinPayload } from '../local/lambda/partition-poller.ts';
import { metrics, sampleRecord, tickRecord } from './load.ts';
import { figureOf } from './measure.ts';
import { openStores, type Stores } from './million-stores.ts';
import type { WorkerAnswer, WorkerOptions } from './million-worker.ts';
import { type BenchRow, share } from './row.ts';

const partitions = 25;
const hostsEach = 400;
const devices = Array.from({ length: 10 }, (_, nth) => `sd${nth}`);
const batchSizeMax = 10_000;

/** The heap that JavaScript may use in a Lambda function of 1 GB, MB. State and bodies are outside this heap. */
const heapMegabytes = 640;
const memoryBytesMax = 2 ** 30;
const timeoutMs = 60_000;
/** The limit of a partition's state, in bytes. */
const stateBytesMax = 32_000_000;

/** A batch: its kind, and its figures. */
interface Handed extends WorkerAnswer {
  readonly measurements: number;
  /** The kind of a batch. `first`: new series. `minute`: its tick closes a minute, so every series is reported and changed. */
  readonly kind: 'first' | 'cold' | 'warm' | 'minute';
}

/**
 * Measures a million series, each every 10 seconds, in as many partitions as the limit of a partition's state requires:
 * the real `detect` function over DynamoDB Local and MiniStack's S3, in two processes that stand for two containers. They
 * get each partition's batches in turns, so that the state that one of them has in memory is outdated.
 * @throws {LeftOut} if the servers cannot be started
 */
export async function benchMillion(): Promise<BenchRow[]> {
  const stores = await openStores(partitions);
  const workers = [new Worker(stores.options), new Worker(stores.options)] as const;
  try {
    const handed = await handAll(stores, workers);
    const held = [];
    for (let partition = 0; partition < partitions; partition += 1) held.push(await stores.held(partition));
    return rowsOf(handed, held);
  } finally {
    for (const worker of workers) worker.end();
    await stores.close();
  }
}

/** A container of the `detect` function. */
class Worker {
  readonly #process: ChildProcess;

  constructor(options: WorkerOptions) {
    this.#process = fork(join(import.meta.dirname, 'million-worker.ts'), [JSON.stringify(options)], {
      execArgv: [`--max-old-space-size=${heapMegabytes}`],
      // Lambda passes an event as text.
      serialization: 'json',
    });
  }

  /** Runs one batch. @throws {Error} if the function failed, or the process ended, as when its heap is full */
  async hand(records: readonly LogRecord[]): Promise<WorkerAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<WorkerAnswer>();
    const onExit = (code: number | null) => reject(new Error(`a worker ended with ${code}`));
    this.#process.once('message', resolve).once('exit', onExit);
    this.#process.send(encodeKafkaEvent(records));
    const answer = await promise;
    this.#process.off('exit', onExit);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  end(): void {
    this.#process.kill();
  }
}

/**
 * The rounds in which all devices are measured; `nth` as in `load.ts`. The last batches of a round show its kind. The
 * first round is 13 hours before the others, so that every series has its day profile in them.
 */
const rounds = [
  { nth: -4_680, last: 'first' },
  { nth: 1, last: 'cold' },
  { nth: 2, last: 'cold' },
  { nth: 3, last: 'warm' },
  { nth: 5, last: 'minute' },
] as const;

async function handAll(stores: Stores, workers: readonly [Worker, Worker]): Promise<Handed[]> {
  const handed: Handed[] = [];
  for (const [round, { nth, last }] of rounds.entries()) {
    for (let partition = 0; partition < partitions; partition += 1) {
      const batches = batchesOf(partition, round, nth);
      for (const [at, batch] of batches.entries()) {
        // A batch finds its state in memory only if the same worker had the batch before.
        const answer = await workers[last !== 'warm' && at % 2 === 1 ? 1 : 0].hand(batch);
        const kind = last === 'first' || at === batches.length - 1 ? last : 'cold';
        handed.push({ ...answer, measurements: batch.length * metrics.length, kind });
      }
      await stores.collect(partition);
    }
  }
  return handed;
}

/** Returns the nth documents of a partition and the tick after them, in batches of the event source mapping's size. */
function batchesOf(partition: number, round: number, nth: number): (readonly LogRecord[])[] {
  let offset = round * (hostsEach * devices.length + 1);
  const records: LogRecord[] = [];
  for (let host = 0; host < hostsEach; host += 1) {
    for (const device of devices) {
      records.push(sampleRecord(partition * hostsEach + host, device, nth, { partition, offset }));
      offset += 1;
    }
  }
  records.push(tickRecord(nth, { partition, offset }));
  const batches: (readonly LogRecord[])[] = [];
  for (let rest: readonly LogRecord[] = records; rest.length > 0; ) {
    const batch = withinPayload(rest.slice(0, batchSizeMax));
    batches.push(batch);
    rest = rest.slice(batch.length);
  }
  return batches;
}

function rowsOf(handed: readonly Handed[], held: Awaited<ReturnType<Stores['held']>>[]): BenchRow[] {
  const of = (kind: Handed['kind']) => handed.filter((each) => each.kind === kind);
  const rateOf = (kind: Handed['kind']) =>
    figureOf(of(kind).map(({ measurements, tookMs }) => (1000 * measurements) / tookMs));
  const [cold, warm] = [rateOf('cold'), rateOf('warm')];
  const bytes = held.map((each) => each.bytes);
  return [
    {
      name: 'a million series: held',
      figure: held.reduce((sum, { series }) => sum + series, 0),
      unit: 'series',
      note: `in ${partitions} partitions of samples, ${megabytes(sum(bytes))} stored`,
    },
    { name: '  state of a partition', figure: Math.max(...bytes), unit: 'bytes', budget: stateBytesMax },
    {
      name: '  most memory a worker ever had',
      figure: Math.max(...handed.map(({ peakBytes }) => peakBytes)),
      unit: 'bytes',
      budget: memoryBytesMax,
      note: `two workers in turns, each all partitions; heap of ${heapMegabytes} MB`,
    },
    { name: '  batches, state in memory (peer)', figure: warm, unit: 'measurements/s', note: about(of('warm')) },
    {
      name: '  batches, state loaded',
      figure: cold,
      unit: 'measurements/s',
      note: `${share(cold, warm, 'those in memory')}; ${about(of('cold'))}`,
    },
    timeRow('  slowest batch, state loaded', of('cold')),
    timeRow('  slowest of series never seen', of('first')),
    timeRow("  slowest end of a minute: all of a partition's series reported", of('minute')),
  ];
}

function timeRow(name: string, handed: readonly Handed[]): BenchRow {
  const slowest = handed.reduce((a, b) => (a.tookMs > b.tookMs ? a : b));
  return { name, figure: slowest.tookMs, unit: 'ms', budget: timeoutMs, note: about(handed) };
}

/** Returns a text about the median batch: its time, and its calls to S3, DynamoDB and the log. */
function about(handed: readonly Handed[]): string {
  const middle = (of: (each: Handed) => number) => median(handed.map(of));
  const { effects } = handed[0]!.requests;
  return [
    `${Math.round(middle(({ measurements }) => measurements)).toLocaleString('en')} measurements`,
    `${Math.round(middle(({ cpuMs }) => cpuMs))} ms of CPU`,
    `S3 ${middle(({ requests }) => requests.gets)} GET of ${megabytes(middle(({ requests }) => requests.getBytes))}`,
    `${middle(({ requests }) => requests.puts)} PUT of ${megabytes(middle(({ requests }) => requests.putBytes))}`,
    `DynamoDB ${middle(({ requests }) => requests.readUnits)} read and ${middle(({ requests }) => requests.writeUnits)} write units`,
    ...(effects > 1
      ? [`${effects.toLocaleString('en')} effects of ${megabytes(handed[0]!.requests.effectBytes)}`]
      : []),
  ].join(', ');
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
