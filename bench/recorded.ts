import { createNormalise } from '../functions/normalise/handler.ts';
import { createPersist } from '../functions/persist/handler.ts';
import { setUpWarehouse } from '../functions/set-up-warehouse/set-up.ts';
import { openSearchClient } from '../functions/shared/adapters/opensearch/client.ts';
import { type SearchServer, searchServer } from '../functions/shared/adapters/opensearch/server.ts';
import { OpenSearchWarehouse } from '../functions/shared/adapters/opensearch/warehouse.ts';
import { type Sample, sampleVersion } from '../functions/shared/domain/sample.ts';
import { type Summary, summaryVersion } from '../functions/shared/domain/summary.ts';
import type { KafkaHandler } from '../functions/shared/handler/kafka-handler.ts';
import { encodeKafkaEvent } from '../functions/shared/log/kafka-event.ts';
import { header, type LogRecord } from '../functions/shared/log/record.ts';
import type { Family } from '../functions/shared/ports/warehouse.ts';
import { recordsOfRecording } from '../test/functions/detect/recording.ts';
import { recordOf, run } from '../test/functions/detect/records.ts';
import { beat, replayed } from '../test/functions/normalise/beats.ts';
import { startOpenSearch } from '../test/real/servers/opensearch.ts';
import { lambdaContext } from '../test/support/lambda-context.ts';
import { memoryPorts } from '../test/support/memory-ports.ts';
import { recording } from '../test/support/recorded.ts';
import { countedLog, noRequests } from './counted.ts';
import { needed } from './left-out.ts';
import type { BenchRow } from './row.ts';

/** The number of clusters like the recorded one that are written to OpenSearch: an index of one alone is mostly overhead. */
const copies = 10;
const batchSize = 2_000;

/**
 * Measures the size of the recorded cluster's documents on each topic, and in OpenSearch once their index is merged, and
 * the CPU time that the stateless functions need for them. `docs/scale.md` calculates with these figures.
 * @throws {LeftOut} if OpenSearch cannot be started
 */
export async function benchRecorded(): Promise<BenchRow[]> {
  const records = recordsOfRecording();
  const samples = records.filter(({ headers }) => headers[header.schema] === sampleVersion);
  const summaries = run(records)
    .effects.filter(({ headers }) => headers[header.schema] === summaryVersion)
    .map(({ value }) => recordOf(summaryVersion, JSON.parse(String(value))));
  const beats = beatsFrom(0);
  const normaliseMs = await cpuMsARecord(createNormalise({ ...memoryPorts(), eventLog: countedLog(noRequests()) }), [
    beats,
    beatsFrom(beats.length),
  ]);
  const stored = await store(samples, summaries);
  return [
    bytesRow('a beat of the recorded cluster', beats, ''),
    bytesRow('  a sample, on its topic', samples, `${mean(samples.map(measured)).toFixed(1)} measurements each`),
    bytesRow('  a summary, on its topic', summaries, `${mean(summaries.map(summarised)).toFixed(1)} metrics each`),
    { name: '  a sample, in OpenSearch', figure: stored.sampleBytes, unit: 'bytes', note: 'one copy, merged' },
    { name: '  a summary, in OpenSearch', figure: stored.summaryBytes, unit: 'bytes', note: 'one copy, merged' },
    cpuRow('  normalise, a beat', normaliseMs, 'its log accepts everything at once'),
    cpuRow('  persist, a sample', stored.sampleMs, 'OpenSearch in another process'),
    cpuRow('  persist, a summary', stored.summaryMs, 'the same'),
  ];
}

/** Returns the recording as records of `beats` from an offset on: records below a counted offset would be dropped. */
function beatsFrom(offset: number): LogRecord[] {
  return recording().map((document, nth) => beat(document, replayed, offset + nth));
}

function bytesRow(name: string, records: readonly LogRecord[], note: string): BenchRow {
  const bytes = mean(records.map(({ value }) => value!.length));
  return {
    name,
    figure: bytes,
    unit: 'bytes',
    note: `${records.length} of them, value alone; ${note}`.replace(/; $/, ''),
  };
}

const cpuRow = (name: string, ms: number, note: string): BenchRow => ({
  name,
  figure: 1000 * ms,
  unit: 'µs of CPU',
  note,
});

const measured = ({ value }: LogRecord): number =>
  Object.keys((JSON.parse(String(value)) as Sample).measurements).length;
const summarised = ({ value }: LogRecord): number => Object.keys((JSON.parse(String(value)) as Summary).metrics).length;

/** Writes everything to a new node, through the function. */
async function store(samples: readonly LogRecord[], summaries: readonly LogRecord[]) {
  const node = await needed('OpenSearch', startOpenSearch());
  try {
    const client = await openSearchClient({ url: node.address, requestTimeoutMs: 60_000 });
    const server = searchServer(client);
    await setUpWarehouse(server, 0);
    const persist = createPersist({ ...memoryPorts(), warehouse: new OpenSearchWarehouse(client) });
    const sampleMs = await cpuMsARecord(persist, copiesOf(samples));
    const summaryMs = await cpuMsARecord(persist, copiesOf(summaries));
    return {
      sampleMs,
      summaryMs,
      sampleBytes: await bytesADocument(server, 'offbeat-samples'),
      summaryBytes: await bytesADocument(server, 'offbeat-summaries'),
    };
  } finally {
    await node.close();
  }
}

/** Returns the same documents for other hosts, disks and brokers. Their numbers compress like those of one cluster. */
function copiesOf(records: readonly LogRecord[]): LogRecord[][] {
  return Array.from({ length: copies }, (_, copy) =>
    records.map((record) => {
      const parsed: Sample | Summary = JSON.parse(String(record.value));
      const entity = { ...parsed.entity, name: `${parsed.entity.name}-${copy}` };
      return { ...record, value: Buffer.from(JSON.stringify({ ...parsed, entity })) };
    }),
  );
}

/** Returns the CPU time of a record, ms, over all rounds but the first, in which code is compiled. */
async function cpuMsARecord(handler: KafkaHandler, rounds: readonly (readonly LogRecord[])[]): Promise<number> {
  const [first, ...others] = rounds;
  await handAll(handler, first!);
  const before = process.cpuUsage();
  for (const records of others) await handAll(handler, records);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / others.reduce((sum, { length }) => sum + length, 0);
}

async function handAll(handler: KafkaHandler, records: readonly LogRecord[]): Promise<void> {
  for (let from = 0; from < records.length; from += batchSize) {
    await handler(encodeKafkaEvent(records.slice(from, from + batchSize)), lambdaContext());
  }
}

/** One line of `_cat/segments`. */
interface Segment {
  readonly size: string;
  readonly 'docs.count': string;
}

/** Returns the bytes of a document, from the segments that are searched: the index's own statistics are up to ten seconds old. */
async function bytesADocument(server: SearchServer, family: Family): Promise<number> {
  await server.request('POST', `/${family}/_forcemerge?max_num_segments=1`);
  await server.request('POST', `/${family}/_refresh`);
  const { body } = await server.request('GET', `/_cat/segments/${family}?format=json&bytes=b`);
  const segments = body as readonly Segment[];
  const sumOf = (field: keyof Segment) => segments.reduce((sum, segment) => sum + Number(segment[field]), 0);
  return sumOf('size') / sumOf('docs.count');
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
