import { describe, expect, it } from 'vitest';
import { errorTextOf } from '../../../../../functions/shared/adapters/opensearch/answer.ts';

describe('the text of an error', () => {
  // The answers of OpenSearch 3.5.
  it.each([
    [
      "failed to parse field [n] of type [long] in document with id '1'. Preview of field's value: 'secret'",
      "mapper_parsing_exception: failed to parse field [n] of type [long] in document with id '1'.",
    ],
    [
      'immense term in field="k". The prefix of the first immense term is: \'[120, 120]...\'',
      'mapper_parsing_exception: immense term in field="k".',
    ],
  ])('the text of an error does not contain values of the document: %s', (reason, words) => {
    expect(errorTextOf({ type: 'mapper_parsing_exception', reason })).toBe(words);
  });

  it('the text of an error is that of its cause if the error itself has no details', () => {
    const cause = { type: 'illegal_argument_exception', reason: "field name cannot contain only whitespace: ['a. ']" };
    expect(errorTextOf({ type: 'mapper_parsing_exception', reason: 'failed to parse', caused_by: cause })).toBe(
      `mapper_parsing_exception: failed to parse: ${cause.reason}`,
    );
  });

  it('the text of an error has at most 500 characters', () => {
    expect(errorTextOf({ type: 'x', reason: 'y'.repeat(10_000) })).toHaveLength(500);
  });
});
