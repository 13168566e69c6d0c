import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalise } from '../../../functions/normalise/normalise.ts';
import { isSample } from '../../../functions/shared/domain/decode-sample.ts';
import { RefusedRecordError } from '../../../functions/shared/domain/errors.ts';
import { header } from '../../../functions/shared/domain/record.ts';
import { sampleSchema } from '../../../functions/shared/domain/sample.ts';
import { defaultLayout, defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { spoiltDocuments } from '../../support/recorded.ts';
import { beat } from './beats.ts';

const anything = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.string(),
  fc.json({ maxDepth: 6 }),
  fc.constantFrom('[[]]', '[{}]', '{"__proto__":{"a":1}}', '[{"values":[1],"host":"a","plugin":"b"}]'),
);

const spoilt = spoiltDocuments.map((document) => JSON.stringify(document));

const headers = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ [header.replay]: 'recorded' }) },
  fc.constant({}),
  fc.dictionary(fc.constantFrom(...Object.values(header)), fc.string()),
);

it('every input is at least one sample that fits its contract, or is refused with a reason and a detail', () => {
  fc.assert(
    fc.property(fc.oneof(anything, spoilt), headers, (document, given) => {
      const record = beat(document, given);
      try {
        const { effects } = normalise(record, defaultSettings, defaultLayout);
        expect(effects.length).toBeGreaterThan(0);
        for (const { value, headers: sent } of effects) {
          if (sent[header.schema] !== 'sample/1') continue;
          expect(isSample(JSON.parse(String(value)))).toBe(true);
          expect(sampleSchema.safeParse(JSON.parse(String(value))).success).toBe(true);
        }
      } catch (error) {
        if (!(error instanceof RefusedRecordError)) throw error;
        expect(error.reason).not.toBe('');
        expect(error.message).not.toBe('');
      }
    }),
    { numRuns: 2_000 },
  );
});
