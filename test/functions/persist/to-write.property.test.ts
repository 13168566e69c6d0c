import fc from 'fast-check';
import { expect, it } from 'vitest';
import { olderThanKept, toWrite } from '../../../functions/persist/to-write.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { alertOf } from '../../support/alerts.ts';
import { alerts, anomalies, samples, silences, summaries } from '../../support/arbitraries.ts';
import { hostileTexts, readsOrRefuses } from '../../support/hostile.ts';

const some = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, { seed: 1, numRuns: 20 });
const contracts = fc.constantFrom(
  ['sample/2', hostileTexts(some(samples))] as const,
  ['summary/1', hostileTexts(some(summaries))] as const,
  ['anomaly/1', hostileTexts(some(anomalies))] as const,
  ['alert/1', hostileTexts([...some(alerts), alertOf()])] as const,
  ['silence/1', hostileTexts(some(silences))] as const,
);

it('every record becomes a document of a day, is left out, or is refused', () => {
  let documents = 0;
  fc.assert(
    fc.property(
      contracts.chain(([schema, texts]) => texts.map((text) => [schema, text] as const)),
      ([schema, text]) => {
        const headers = { [header.schema]: schema };
        const value = Buffer.from(text);
        readsOrRefuses(() => {
          const write = toWrite({
            topic: topics.samples,
            partition: 0,
            offset: 0,
            timestampMs: 0,
            key: null,
            value,
            headers,
          });
          if (write === undefined || write === olderThanKept) return;
          documents += 1;
          expect(JSON.stringify(write.document)).toContain(new Date(write.timeMs).toISOString());
        });
      },
    ),
    { numRuns: 600 },
  );
  expect(documents).toBeGreaterThan(0);
});
