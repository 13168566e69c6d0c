import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalise } from '../../../functions/normalise/normalise.ts';
import { beatSchema } from '../../../functions/shared/domain/beat.ts';
import { isSample } from '../../../functions/shared/domain/decode-sample.ts';
import { RefusedRecordError } from '../../../functions/shared/domain/errors.ts';
import { header } from '../../../functions/shared/domain/record.ts';
import { sampleSchema } from '../../../functions/shared/domain/sample.ts';
import { defaultLayout, defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { beat, recording, samplesOf } from './beats.ts';

const anything = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.string(),
  fc.json({ maxDepth: 6 }),
  fc.constantFrom('[[]]', '[{}]', '{"__proto__":{"a":1}}', '[{"values":[1],"host":"a","plugin":"b"}]'),
);

/** A recorded document in which a field, wherever it stands, holds anything. */
const mutated = fc
  .tuple(fc.nat(), fc.nat(), fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('NaN', '', -1, 1e308)))
  .map(([which, place, value]) => {
    const documents = recording();
    const copy = structuredClone(documents[which % documents.length]!);
    const places = placesIn(copy);
    const [parent, name] = places[place % places.length]!;
    parent[name] = value;
    return JSON.stringify(copy);
  });

function placesIn(object: Record<string, unknown>): [Record<string, unknown>, string][] {
  return Object.entries(object).flatMap(([name, value]): [Record<string, unknown>, string][] => {
    const inner = typeof value === 'object' && value !== null ? placesIn(value as Record<string, unknown>) : [];
    return [[object, name], ...inner];
  });
}

const headers = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ [header.replay]: 'recorded' }) },
  fc.constant({}),
  fc.dictionary(fc.constantFrom(...Object.values(header)), fc.string()),
);

it('every input is at least one sample that fits its contract, or is refused with a reason and a detail', () => {
  fc.assert(
    fc.property(fc.oneof(anything, mutated), headers, (document, given) => {
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

it('reads only documents that the contract of a beat takes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json({ maxDepth: 4 }), mutated), (text) => {
      const document: unknown = JSON.parse(text);
      if (Array.isArray(document)) return;
      try {
        samplesOf(beat(text, { [header.replay]: 'recorded' }));
      } catch {
        return;
      }
      expect(beatSchema.safeParse(document).success).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
