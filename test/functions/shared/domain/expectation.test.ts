import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { check } from '../../../../functions/shared/domain/check.ts';

describe('what was expected of a value', () => {
  it.each([
    ['a text that is too long', z.string().max(3), 'abcd', 'value: expected at most 3 characters, got 4'],
    ['a text that is too short', z.string().min(1), '', 'value: expected at least 1 character, got 0'],
    ['a list that is too long', z.array(z.int()).max(1), [1, 2], 'value: expected at most 1 entry, got 2'],
    ['a number that is too large', z.int().max(3), 4, 'value: expected at most 3, got 4'],
    ['a number that is too small', z.number().gt(3), 3, 'value: expected more than 3, got 3'],
    ['no whole number', z.int(), 0.5, 'value: expected a whole number, got 0.5'],
    ['another word', z.literal('ack'), 'x', 'value: expected ack, got "x"'],
    ['a schema with words of its own', z.string().max(3, 'expected a short name'), 'abcd', /short name, got "abcd"$/],
  ])('the expectation is in plain words: %s', (_, schema, value, faults) => {
    expect(check<unknown>(schema, value)).toEqual({
      faults: typeof faults === 'string' ? faults : expect.stringMatching(faults),
    });
  });

  it('the expectation names the choices of a field that decides about the others', () => {
    const schema = z.discriminatedUnion('action', [
      z.object({ action: z.literal('ack') }),
      z.object({ action: z.literal('resolve') }),
      z.object({ action: z.literal('silence') }),
    ]);
    expect(check(schema, { action: 'x' })).toEqual({ faults: 'action: expected ack, resolve or silence, got "x"' });
    expect(check(schema, {})).toEqual({ faults: 'action: missing; expected ack, resolve or silence' });
  });
});
