import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { tickVersion } from '../../functions/shared/domain/signal.ts';
import { parsePosition } from '../../functions/shared/log/position.ts';
import { header, type LogRecord, type OutgoingRecord } from '../../functions/shared/log/record.ts';
import { type Topic, topics } from '../../functions/shared/log/topics.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import { spoiltDocuments } from '../support/recorded.ts';

let embedded: Embedded;
beforeAll(async () => {
  embedded = await openEmbedded({
    dataDir: undefined,
    settings: defaultSettings,
    terminal: () => {},
    windowMs: 0,
  });
});
afterAll(() => embedded.close());

/** A recorded document with the time of now, in which one field is replaced by any value. */
const spoilt = spoiltDocuments.map((document) =>
  JSON.stringify({ ...document, '@timestamp': document['@timestamp'] && new Date().toISOString() }),
);

const inputs: fc.Arbitrary<OutgoingRecord> = fc.record({
  topic: fc.constant(topics.beats),
  partition: fc.constant(0),
  key: fc.option(fc.string()),
  value: fc
    .oneof(fc.uint8Array({ maxLength: 200 }), fc.json(), fc.string(), spoilt)
    .map((value) => (typeof value === 'string' ? Buffer.from(value) : Buffer.from(value))),
  headers: fc.oneof(
    { weight: 5, arbitrary: fc.constant({}) },
    fc.record({ [header.replay]: fc.string() }),
    fc.record({ [header.position]: fc.string(), [header.replay]: fc.constant('old') }),
    fc.record({ [header.schema]: fc.constantFrom('sample/1', 'sample/2', 'tick/2', 'anomaly/1', '', 'dead-letter/1') }),
  ),
});

function read(topic: Topic): LogRecord[] {
  const records: LogRecord[] = [];
  for (;;) {
    const page = embedded.store.broker.read(topic, 0, records.length, { recordsMax: 10_000, bytesMax: 64_000_000 });
    if (page.length === 0) return records;
    records.push(...page);
  }
}

/** Returns the offsets of the beats from which the records of `topic` were made, each once, without ticks. */
function sources(topic: Topic, stage: string): number[] {
  const made = read(topic).filter(({ headers }) => headers[header.schema] !== tickVersion);
  const numbers = made.map(({ headers }) => parsePosition(headers[header.position] ?? ''));
  const ours = numbers.filter((position) => position?.producer === `${stage}/${topics.beats}/0`);
  return [...new Set(ours.map((position) => position!.number))];
}

describe('the flow', () => {
  it('makes a sample or a dead letter of every input, whatever it contains, and continues', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(inputs, { minLength: 1, maxLength: 60 }), async (records) => {
        await embedded.ports.eventLog.append(records);
        await embedded.drain();
        expect((await embedded.health()).status).toBe('ok');
      }),
      { numRuns: 40 },
    );
    const all = Array.from({ length: embedded.store.broker.endOffset(topics.beats, 0) }, (_, offset) => offset);
    const samples = sources(topics.samples, 'normalise');
    const letters = sources(topics.deadLetters, 'normalise');
    expect([...samples, ...letters].sort((a, b) => a - b)).toEqual(all);
    expect(samples.length).toBeGreaterThan(0);
    expect(letters.length).toBeGreaterThan(0);
  });
});
