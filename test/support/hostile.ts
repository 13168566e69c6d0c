import fc from 'fast-check';
import { expect } from 'vitest';
import { RefusedRecordError } from '../../functions/shared/domain/errors.ts';
import { placesIn } from './recorded.ts';

/** Texts of JSON that anyone can write, most of which `JSON.stringify` cannot make. */

/** A number of levels that exceeds a stack: 5,000 are enough to end a recursive function. */
export const levelsMax = 50_000;

export const nestedArrays = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
export const nestedObjects = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

export const deepTexts: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(nestedArrays, nestedObjects), fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: levelsMax })))
  .map(([nested, levels]) => nested(levels + 1));

const repeated = (text: string, times: number): string => Array.from({ length: times }, () => text).join(',');

const oddTexts = fc.constantFrom(
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udfff\\ud800x"',
  '"\\u001b[2J\\u202e"',
  '""',
  '" "',
  '"__proto__"',
  '"constructor"',
  '1e400',
  '-0',
  '9007199254740993',
  '1e306',
  `"${'x'.repeat(100_000)}"`,
  `[${repeated('1', 20_000)}]`,
  `[${repeated('{}', 5_000)}]`,
  `{${Array.from({ length: 5_000 }, (_, nth) => `"k${nth}_id":${nth}`).join(',')}}`,
  '{"__proto__":{"__proto__":1},"constructor":{"prototype":1}}',
  'null',
  'true',
);

/** Values of JSON of any kind. */
export const valueTexts: fc.Arbitrary<string> = fc.oneof(
  oddTexts,
  deepTexts,
  fc.json({ maxDepth: 4, stringUnit: 'binary' }),
);

const oddNames = fc.oneof(
  fc.constantFrom('', '\u0000', 'a\u0000b', '\ud800', 'x\udfff', '__proto__', 'constructor', 'x'.repeat(5_000), 'a.b'),
  fc.string({ unit: 'binary' }),
);

const marker = '\u0001hostile\u0001';

/** Copies of well-formed documents in which one field has any value, or any name. */
export function spoiltTexts(documents: readonly unknown[]): fc.Arbitrary<string> {
  const change = fc.oneof(
    { weight: 3, arbitrary: fc.record({ value: valueTexts }) },
    { weight: 1, arbitrary: fc.record({ name: oddNames }) },
  );
  return fc.tuple(fc.nat(), fc.nat(), change).map(([which, place, changed]) => {
    const copy = { whole: structuredClone(documents[which % documents.length]) };
    const places = placesIn(copy);
    const [parent, name] = places[place % places.length]!;
    if ('value' in changed) parent[name] = marker;
    else if (!Array.isArray(parent)) parent[changed.name] = parent[name];
    // A function, because a replacement text would interpret `$&`.
    return JSON.stringify(copy.whole).replace(JSON.stringify(marker), () => ('value' in changed ? changed.value : ''));
  });
}

/** Texts that may or may not be JSON, mostly close to `documents`. */
export function hostileTexts(documents: readonly unknown[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: spoiltTexts(documents) },
    { weight: 2, arbitrary: valueTexts },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  );
}

/**
 * The most characters of a refusal's message. A longer one would make a header, an answer or a log line of megabytes.
 */
export const messageCharactersMax = 3_000;

/**
 * Runs a parser and expects it to return, or to refuse with a reason and a message of bounded length.
 * @returns whether it returned
 */
export function readsOrRefuses(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(RefusedRecordError);
    const { reason, message } = error as RefusedRecordError;
    expect(reason).not.toBe('');
    expect(message).not.toBe('');
    expect(message.length).toBeLessThan(messageCharactersMax);
    return false;
  }
}
