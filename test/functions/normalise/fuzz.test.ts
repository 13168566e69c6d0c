import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { createNormalise } from '../../../functions/normalise/handler.ts';
import { sampleVersion } from '../../../functions/shared/domain/sample.ts';
import { letterHeader, stepFailed } from '../../../functions/shared/log/dead-letter.ts';
import { decodeSample } from '../../../functions/shared/log/decode-sample.ts';
import { decodeKafkaEvent, encodeKafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { memoryPorts } from '../../support/memory-ports.ts';
import { mutated, randomBy } from '../../support/mutate.ts';
import { recording } from '../../support/recorded.ts';
import { beat, metricbeat, time } from './beats.ts';

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
  metricbeat('acme.queue', {
    acme: { queue: { name: 'q', depth: 5, consumers: { id: 'c' } } },
    container: { id: 'c' },
  }),
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

it(`every one of ${count} changed documents becomes samples or a dead letter, and none both or neither (seed ${seed})`, async () => {
  const random = randomBy(seed);
  for (let first = 0; first < count; first += batchSize) {
    const records = Array.from({ length: Math.min(batchSize, count - first) }, (_, nth) => {
      const original = originals[Math.floor(random() * originals.length)];
      return beat(mutated(original, random) ?? null, {}, first + nth);
    });
    const ports = memoryPorts();
    await createNormalise(ports)(encodeKafkaEvent(records), lambdaContext());
    const samples = ports.eventLog
      .records(topics.samples)
      .filter((record) => record.headers[header.schema] === sampleVersion);
    const letters = ports.eventLog.records(topics.deadLetters);
    for (const record of samples) decodeSample(record);
    expect(letters.filter(({ headers }) => headers[letterHeader.reason] === stepFailed)).toEqual([]);
    const read = [...new Set(samples.map(sourceOffset))];
    const refused = letters.map(sourceOffset);
    expect([...read, ...refused].sort((a, b) => a - b)).toEqual(records.map(({ offset }) => offset));
    expect(read.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
  }
});
