import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { createNormalise } from '../../../functions/normalise/handler.ts';
import { toWrite } from '../../../functions/persist/to-write.ts';
import { sampleVersion } from '../../../functions/shared/domain/sample.ts';
import { letterHeader, stepFailed } from '../../../functions/shared/log/dead-letter.ts';
import { decodeSample } from '../../../functions/shared/log/decode-sample.ts';
import { decodeKafkaEvent, encodeKafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { memoryPorts } from '../../support/memory-ports.ts';
import { mutated, type Random, randomBy } from '../../support/mutate.ts';
import { recording } from '../../support/recorded.ts';
import { openPersist } from '../persist/open-persist.ts';
import { beat, metricbeat, time } from './beats.ts';
import { captured } from './otlp/captured.ts';

const count = Number(process.env.OFFBEAT_FUZZ_DOCUMENTS ?? 5_000);
const seed = Number(process.env.OFFBEAT_FUZZ_SEED ?? 1);
const batchSize = 1_000;
const clone = join(import.meta.dirname, '../../..');

/** Returns the JSON of a text; nothing for one that is no JSON on purpose. */
function parsed(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

/** Returns the documents of a folder's inputs: the beginning of recordings, and events for `normalise`. */
function documentsIn(folder: string): unknown[] {
  const files = readdirSync(join(clone, folder)).map((file) => ({ file, path: join(clone, folder, file) }));
  const recordings = files.filter(({ file }) => file.endsWith('.ndjson.gz'));
  const events = files.filter(({ file }) => /^(normalise\..*|\d\d-.*)\.json$/.test(file));
  return [
    ...recordings.flatMap(({ path }) =>
      String(gunzipSync(readFileSync(path)))
        .trim()
        .split('\n')
        .slice(0, 50)
        .flatMap(parsed),
    ),
    ...events.flatMap(({ path }) =>
      decodeKafkaEvent(JSON.parse(readFileSync(path, 'utf8'))).flatMap(({ records }) =>
        records.flatMap(({ value }) => parsed(String(value))),
      ),
    ),
  ];
}

/** One document of each dataset of the recording, the sample events, the field cases, and other shapes of shippers. */
const originals: readonly unknown[] = [
  ...[...Map.groupBy(recording(), ({ event }) => event.dataset).values()].map(([first]) => first),
  ...documentsIn('events'),
  ...documentsIn('test/field-cases/inputs'),
  ...(['metrics.otlp_json', 'logs.otlp_json'] as const).flatMap((capture) =>
    captured(capture)
      .slice(0, 6)
      .flatMap(({ value }) => parsed(String(value))),
  ),
  metricbeat('acme.queue', {
    acme: { queue: { name: 'q', depth: 5, consumers: { id: 'c' } } },
    container: { id: 'c' },
  }),
  { name: 'cpu', fields: { usage_idle: 91.5 }, tags: { cpu: 'cpu0', host: 'a' }, timestamp: Date.parse(time) / 1_000 },
  { name: 'x', tags: { host: 'a', m: 'b' }, timestamp: time, kind: 'absolute', counter: { value: 5 } },
  { metric: 'x', value: '3', labels: { job: 'a', __name__: 'x' }, timestamp: time },
  [
    { host: 'a', x: 1, date: Date.parse(time) / 1_000 },
    { host: 'b', log: 'ERROR x', date: Date.parse(time) / 1_000 },
  ],
  { '@timestamp': time, HOSTNAME: 'a', syslogseverity: '3', msg: 'failed', 'syslog-tag': 'sshd[1]:' },
  { '@timestamp': time, hostname: 'a', cpu_p: 0.5, 'cpu0.p_user': 0.1 },
  { _HOSTNAME: 'a', PRIORITY: '4', MESSAGE: 'x', __CURSOR: 's=1', __REALTIME_TIMESTAMP: '1795446000000000' },
  {
    date: 1_795_446_000.5,
    log: 'ERROR x',
    stream: 'stderr',
    kubernetes: { host: 'n', pod_name: 'p', labels: { a: 'b' } },
  },
];

/** Returns the offset of the document that a record was made from. */
function sourceOffset({ headers }: LogRecord): number {
  const letter = headers[letterHeader.offset];
  return Number(letter ?? headers[header.position]!.split(' ')[2]);
}

/** The share of documents that are shipped a second time. */
const repeatedShare = 0.05;

/** Returns changed documents, some of them twice. */
function changedDocuments(first: number, random: Random): LogRecord[] {
  const documents: unknown[] = [];
  for (let nth = 0; nth < Math.min(batchSize, count - first); nth += 1) {
    const isRepeated = nth > 0 && random() < repeatedShare;
    const original = originals[Math.floor(random() * originals.length)];
    documents.push(isRepeated ? documents[Math.floor(random() * nth)] : (mutated(original, random) ?? null));
  }
  return documents.map((document, nth) => beat(document, {}, first + nth));
}

/** Checks that each sample is in the warehouse, was there before, collides with another one, or is refused. */
async function checkStored(samples: readonly LogRecord[]): Promise<void> {
  const { store, persist } = openPersist();
  const telemetry = new MemoryTelemetry(() => {});
  await persist(samples, { telemetry });
  const writes = samples.map(toWrite);
  const kept = writes.filter((write) => typeof write === 'object');
  const counts = telemetry.counts();
  const collisions = counts['ignored{reason=collision,stage=persist}'] ?? 0;
  const letters = store.broker.read(topics.deadLetters, 0, 0, { recordsMax: batchSize, bytesMax: 1e9 });
  const refused = letters.filter(({ headers }) => headers[letterHeader.reason] === 'refused by the warehouse');
  // Samples of a chunkserver or a broker also become an item of the inventory, one of each component.
  const items = await store.warehouse.count('offbeat-inventory');
  expect((counts.documents_written ?? 0) + collisions + refused.length).toBe(kept.length + items);
  const ids = new Set(kept.map(({ family, id, timeMs }) => `${family} ${timeMs} ${id}`));
  expect((await store.warehouse.count('offbeat-samples')) + refused.length).toBe(ids.size);
}

it(`every one of ${count} changed documents becomes samples, a repeat, a collision or a dead letter, and the counts add up (seed ${seed})`, async () => {
  const random = randomBy(seed);
  for (let first = 0; first < count; first += batchSize) {
    const records = changedDocuments(first, random);
    const ports = { ...memoryPorts(), telemetry: new MemoryTelemetry(() => {}) };
    await createNormalise(ports)(encodeKafkaEvent(records), lambdaContext());
    const samples = ports.eventLog
      .records(topics.samples)
      .filter((record) => record.headers[header.schema] === sampleVersion);
    const letters = ports.eventLog.records(topics.deadLetters);
    for (const record of samples) decodeSample(record);
    expect(letters.filter(({ headers }) => headers[letterHeader.reason] === stepFailed)).toEqual([]);
    const read = new Set(samples.map(sourceOffset));
    // A document in an array that is refused beside others has a letter, and its record has samples.
    const ofParts = letters.filter((letter) => read.has(sourceOffset(letter)));
    for (const { headers } of ofParts) expect(headers[letterHeader.detail]).toMatch(/^document \d+ of \d+: /);
    const refused = letters.filter((letter) => !ofParts.includes(letter)).map(sourceOffset);
    expect(new Set([...read, ...refused]).size).toBe(read.size + refused.length);
    // A record of OpenTelemetry whose parts are all ignored has no sample; its parts are counted.
    const ignored = records.filter(({ offset }) => !read.has(offset) && !refused.includes(offset));
    for (const { value } of ignored) expect(String(value)).toMatch(/"resource(Metrics|Logs|Spans)":/);
    const partsIgnored = Object.entries(ports.telemetry.counts()).filter(([name]) => name.startsWith('ignored{'));
    expect(partsIgnored.reduce((sum, [, parts]) => sum + parts, 0)).toBeGreaterThanOrEqual(ignored.length);
    expect(read.size).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    await checkStored(samples);
  }
});
