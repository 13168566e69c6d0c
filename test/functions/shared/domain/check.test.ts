import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { check } from '../../../../functions/shared/domain/check.ts';
import { nameSchema } from '../../../../functions/shared/domain/name.ts';
import { messageCharactersMax, nestedObjects, valueTexts } from '../../../support/hostile.ts';

const schema = z.strictObject({
  kind: z.enum(['host', 'topic']),
  names: z.record(nameSchema(1, 10), z.string()),
  list: z.array(z.number()).optional(),
});
const good = { kind: 'host', names: {} };

function faultsOf(value: unknown): string {
  const checked = check(schema, value);
  return 'faults' in checked ? checked.faults : 'none';
}

describe('a value that its schema refuses', () => {
  it.each([
    ['a wrong word', { ...good, kind: 'fridge' }, 'kind: expected host or topic, got "fridge"'],
    ['a value that is missing', { kind: 'host' }, 'names: missing; expected an object'],
    ['a word that is missing', { names: {} }, 'kind: missing; expected host or topic'],
    ['a value of another type', { ...good, names: { a: 7 } }, 'names.a: expected text, got 7'],
    ['a number that is none', { ...good, list: ['1'] }, 'list.0: expected a number, got "1"'],
    ['a field too many', { ...good, 'x\u0000': 1 }, 'x\\u0000: unknown field; remove it'],
    [
      'a name with NUL',
      { ...good, names: { 'a\u0000b': '' } },
      'names.a\\u0000b: wrong name; expected a name without NUL and without half of a surrogate pair',
    ],
    ['nothing of it', null, 'value: expected an object, got null'],
  ])('a value with %s is refused with its field, its value and what was expected', (_, value, faults) => {
    expect(faultsOf(value)).toBe(faults);
  });

  it('the refusal names the first five faults and the number of the others', () => {
    const faults = faultsOf({ ...good, list: Array.from({ length: 100_000 }, () => 'x') });
    expect(faults).toMatch(/^list\.0: .*; list\.4: .*; and 99995 more$/);
    expect(faultsOf({ ...good, ...Object.fromEntries(Array.from({ length: 9 }, (_, nth) => [`f${nth}`, 0])) })).toMatch(
      /^f0: unknown field; remove it; .*; and 4 more$/,
    );
  });

  it('a value that is too wide or too deep is refused before its schema is applied', () => {
    expect(faultsOf({ ...good, list: Array.from({ length: 2_000_000 }, () => 'x') })).toBe(
      'value: contains more than 250000 values',
    );
    expect(faultsOf(JSON.parse(nestedObjects(50_000)))).toBe('value: contains more than 100 levels');
  });

  it('the refusal of any value is short', () => {
    const field = fc.constantFrom('kind', 'names', 'list', 'other', 'x'.repeat(100_000));
    fc.assert(
      fc.property(field, valueTexts, (name, text) => {
        expect(faultsOf({ ...good, [name]: JSON.parse(text) }).length).toBeLessThan(messageCharactersMax);
        expect(faultsOf({ ...good, names: { [name]: JSON.parse(text) } }).length).toBeLessThan(messageCharactersMax);
      }),
    );
  });
});

it('a value that fits its schema is returned as the schema parses it', () => {
  expect(check(z.object({ a: z.string().default('b') }), { c: 1 })).toEqual({ value: { a: 'b' } });
});
