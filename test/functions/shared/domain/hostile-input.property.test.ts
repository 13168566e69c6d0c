import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleSchema } from '../../../../functions/shared/domain/sample.ts';
import { seriesSchema } from '../../../../functions/shared/domain/series.ts';
import { parseSeriesText, seriesText } from '../../../../functions/shared/domain/series-text.ts';
import { signalVersions } from '../../../../functions/shared/domain/signal.ts';
import { decodeAlert, decodeSummary, decodeTick } from '../../../../functions/shared/log/decode.ts';
import { decodeSample, isSample } from '../../../../functions/shared/log/decode-sample.ts';
import { decodeSignal } from '../../../../functions/shared/log/decode-signal.ts';
import { decodeKafkaEvent, encodeKafkaEvent } from '../../../../functions/shared/log/kafka-event.ts';
import { parsePosition, positionText } from '../../../../functions/shared/log/position.ts';
import { header, type LogRecord } from '../../../../functions/shared/log/record.ts';
import { hugeAlert } from '../../../support/alerts.ts';
import { alerts, anomalies, samples, summaries } from '../../../support/arbitraries.ts';
import { hostileTexts, messageCharactersMax, readsOrRefuses, spoiltTexts } from '../../../support/hostile.ts';

const runs = { numRuns: 400 };

/** A few valid values of each contract. */
const some = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, { seed: 1, numRuns: 20 });
const command = { id: 'command-1', by: 'ada', atMs: 0, cluster: 'prod', action: 'ack', alertId: 'alert-1' };
const silence = { ...command, action: 'silence', matchers: { entity: '*' }, startsAtMs: 0, endsAtMs: 1 };
const ticks = [{ scope: 'live', timeMs: 5, detectPartition: 0, detectPartitions: 2 }];

const headerTexts = fc.oneof(
  fc.constantFrom('', '0', '1e9', 'x'.repeat(100_000), '\u0000'),
  fc.string({ unit: 'binary' }),
);

const record = (value: string, headers: Record<string, string>): LogRecord => ({
  topic: 'offbeat.samples',
  partition: 0,
  offset: 0,
  timestampMs: 0,
  key: null,
  value: Buffer.from(value),
  headers,
});

describe('any input', () => {
  it('any input is a sample that fits its contract, or is refused', () => {
    fc.assert(
      fc.property(hostileTexts(some(samples)), (text) => {
        readsOrRefuses(() => {
          const sample = decodeSample(record(text, {}));
          expect(sampleSchema.safeParse(sample).success).toBe(true);
          expect(isSample(sample)).toBe(true);
        });
      }),
      runs,
    );
  });

  it('any input is a signal of the schema that its header names, or is refused', () => {
    const schemas = fc.oneof(fc.constantFrom(...signalVersions), headerTexts);
    const texts = hostileTexts([...some(anomalies), ...ticks, command, silence]);
    fc.assert(
      fc.property(texts, schemas, headerTexts, (text, schema, partition) => {
        const headers = { [header.schema]: schema, [header.detectPartition]: partition };
        readsOrRefuses(() => decodeSignal(record(text, headers)));
      }),
      runs,
    );
  });

  it('any input is an alert, or is refused', () => {
    fc.assert(
      fc.property(
        hostileTexts([...some(alerts), hugeAlert()]),
        fc.oneof(fc.constant('alert/1'), headerTexts),
        (text, schema) => {
          readsOrRefuses(() => decodeAlert(record(text, { [header.schema]: schema })));
        },
      ),
      runs,
    );
  });

  it('any input is a summary or a tick, or is refused', () => {
    fc.assert(
      fc.property(hostileTexts([...some(summaries), ...ticks]), (text) => {
        readsOrRefuses(() => decodeSummary(record(text, { [header.schema]: 'summary/1' })));
        readsOrRefuses(() => decodeTick(record(text, {})));
      }),
      runs,
    );
  });

  it('any input is a position that reads back as it is written, or none', () => {
    const number = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('0', '7', '9'.repeat(15), '9'.repeat(16)) },
      { weight: 1, arbitrary: fc.constantFrom('1'.repeat(17), '', '-1', '1e3', '0x1', '٣') },
      { weight: 1, arbitrary: fc.string() },
    );
    const producer = fc.oneof(fc.constantFrom('replay/a', '', 'x'.repeat(100_000), '\ud800'), fc.string());
    const texts = fc.oneof(
      fc.tuple(producer, number, number, number).map((words) => words.join(' ')),
      headerTexts,
      fc.constant(' '.repeat(1_000_000)),
    );
    let positions = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const position = parsePosition(text);
        if (position === undefined) return;
        positions += 1;
        expect(parsePosition(positionText(position))).toEqual(position);
      }),
      { numRuns: 2_000 },
    );
    expect(positions).toBeGreaterThan(0);
  });
});

describe('a text that names a series', () => {
  const pieces = fc.constantFrom(
    'prod/host/a',
    'a',
    '/',
    ' ',
    '{',
    '}',
    '=',
    ',',
    '\n',
    '\t',
    '"',
    '\\',
    'm',
    '__proto__=x',
    '\u0000',
    '\ud800',
  );
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 12 }).map((some) => some.join('')),
    fc.array(pieces, { maxLength: 12 }).map((some) => `prod/host/a${some.join('')}`),
    fc.string({ unit: 'binary' }),
  );

  it('any text is a series that is read again from its own text, or none', () => {
    let found = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const series = parseSeriesText(text);
        if (series === undefined) return;
        found += 1;
        expect(seriesSchema.parse(series)).toEqual(series);
        expect(parseSeriesText(seriesText(series))).toEqual(series);
      }),
      { numRuns: 5_000 },
    );
    expect(found).toBeGreaterThan(0);
  });

  it('a series text is read in a time that grows with its length alone', () => {
    // A pattern that tries each space with each brace would take hours for each of these.
    for (const text of [' a{'.repeat(400_000), `prod/host/a m{${',a=b'.repeat(300_000)}`, ' '.repeat(1_000_000)]) {
      expect(parseSeriesText(text)).toBeUndefined();
      expect(parseSeriesText(`${text}}`)).toBeUndefined();
    }
  });
});

describe('any Kafka event', () => {
  const good = encodeKafkaEvent([
    { ...record('{"a":1}', { who: 'é', [header.schema]: 'sample/2' }), key: 'host1' },
    { ...record('{"a":2}', {}), offset: 1 },
  ]);

  it('any Kafka event is decoded into valid records, or is refused with a message of bounded length', () => {
    let decodedSome = false;
    fc.assert(
      fc.property(spoiltTexts([good]), (text) => {
        try {
          for (const { records } of decodeKafkaEvent(JSON.parse(text))) {
            decodedSome = true;
            for (const decoded of records) expectWorkable(decoded);
          }
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
          expect(error.message).toMatch(/^event\.records: /);
          expect(error.message.length).toBeLessThan(messageCharactersMax);
        }
      }),
      runs,
    );
    expect(decodedSome).toBe(true);
  });

  function expectWorkable({ topic, offset, timestampMs, key, value, headers }: LogRecord): void {
    expect(topic).toBeTypeOf('string');
    expect(Number.isSafeInteger(offset)).toBe(true);
    expect(Number.isFinite(timestampMs)).toBe(true);
    expect(key === null || typeof key === 'string').toBe(true);
    expect(value === null || Buffer.isBuffer(value)).toBe(true);
    for (const text of Object.values(headers)) expect(text).toBeTypeOf('string');
  }
});
