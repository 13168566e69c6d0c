import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../../../../functions/shared/adapters/opensearch/answer.ts';

describe("the server's words", () => {
  // As OpenSearch 3.5 answered.
  it.each([
    [
      "failed to parse field [n] of type [long] in document with id '1'. Preview of field's value: 'secret'",
      "mapper_parsing_exception: failed to parse field [n] of type [long] in document with id '1'.",
    ],
    [
      'immense term in field="k". The prefix of the first immense term is: \'[120, 120]...\'',
      'mapper_parsing_exception: immense term in field="k".',
    ],
  ])('hold nothing of the document: %s', (reason, words) => {
    expect(wordsOf({ type: 'mapper_parsing_exception', reason })).toBe(words);
  });

  it('are those of the cause where the error itself says nothing', () => {
    const cause = { type: 'illegal_argument_exception', reason: "field name cannot contain only whitespace: ['a. ']" };
    expect(wordsOf({ type: 'mapper_parsing_exception', reason: 'failed to parse', caused_by: cause })).toBe(
      `mapper_parsing_exception: failed to parse: ${cause.reason}`,
    );
  });

  it('are never long', () => {
    expect(wordsOf({ type: 'x', reason: 'y'.repeat(10_000) })).toHaveLength(500);
  });
});
