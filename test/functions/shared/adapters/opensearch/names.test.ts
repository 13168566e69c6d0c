import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../../../../functions/shared/adapters/opensearch/answer.ts';
import {
  dayOf,
  indexOf,
  readDocument,
  readField,
  writtenDocument,
  writtenField,
} from '../../../../../functions/shared/adapters/opensearch/names.ts';

const prefixes = ['other.', 'labels.', 'offbeat.units.', 'offbeat.kinds.', 'offbeat.alert.annotations.'];
const names = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc
    .array(fc.constantFrom('a', '.', ' ', '%', '%2E', '\t', '\u2003', 'é', '🚀'), { maxLength: 8 })
    .map((parts) => parts.join('')),
);
const fields = fc.tuple(fc.constantFrom(...prefixes), names).map(([prefix, name]) => prefix + name);

describe('a made-up name in a field', () => {
  it('is read back as it was, however it is spelled', () => {
    fc.assert(
      fc.property(fields, fc.constantFrom('as is', 'in one piece'), (field, spelling) => {
        expect(readField(writtenField(field, spelling))).toBe(field);
      }),
    );
  });

  it('has no step that OpenSearch refuses', () => {
    fc.assert(
      fc.property(fields, fc.constantFrom('as is', 'in one piece'), (field, spelling) => {
        for (const step of writtenField(field, spelling).split('.')) expect(step.trim()).not.toBe('');
      }),
    );
  });

  it('is one step where it is a label or spelled in one piece, so that no two exclude each other', () => {
    fc.assert(
      fc.property(names, (name) => {
        expect(writtenField(`labels.${name}`, 'as is').split('.')).toHaveLength(2);
        expect(writtenField(`other.${name}`, 'in one piece').split('.')).toHaveLength(2);
      }),
    );
  });

  it.each([
    ['other.acme.depth', 'other.acme.depth', 'other.acme%2Edepth%'],
    ['other.used.%', 'other.used.%25', 'other.used%2E%25%'],
    ['other.', 'other.%', 'other.%'],
    ['other.a..b', 'other.a%2E%2Eb', 'other.a%2E%2Eb%'],
    ['labels.disk.name', 'labels.disk%2Ename', 'labels.disk%2Ename'],
    ['labels. ', 'labels.%20', 'labels.%20'],
    ['host.name', 'host.name', 'host.name'],
    ['system.load.1', 'system.load.1', 'system.load.1'],
  ])('%s is written %s, and in one piece %s', (field, asIs, inOnePiece) => {
    expect(writtenField(field, 'as is')).toBe(asIs);
    expect(writtenField(field, 'in one piece')).toBe(inOnePiece);
  });

  it('costs a document without any nothing', () => {
    const document = { 'host.name': 'a', 'labels.device': 'sda', 'other.acme.depth': 1 };
    expect(writtenDocument(document, 'as is')).toBe(document);
    expect(readDocument(document)).toBe(document);
  });
});

describe('the index of a write', () => {
  it('is that of its UTC day', () => {
    const at = (timeMs: number) => indexOf({ family: 'offbeat-samples', timeMs });
    expect(at(Date.parse('2026-11-23T00:00:00.000Z'))).toBe('offbeat-samples-2026.11.23');
    expect(at(Date.parse('2026-11-23T23:59:59.999Z'))).toBe('offbeat-samples-2026.11.23');
    expect(at(0)).toBe('offbeat-samples-1970.01.01');
  });

  it('tells its day, and not that of another family', () => {
    expect(dayOf('offbeat-summaries', 'offbeat-summaries-2026.11.23')).toBe(Date.parse('2026-11-23T00:00:00Z'));
    expect(dayOf('offbeat-summaries', 'offbeat-summaries-1h-2026.11.23')).toBeUndefined();
    expect(dayOf('offbeat-inventory', 'offbeat-inventory-latest')).toBeUndefined();
  });

  it('tells any day there is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8.64e15 }), (timeMs) => {
        const day = dayOf('offbeat-samples', indexOf({ family: 'offbeat-samples', timeMs }))!;
        expect(timeMs - day).toBeGreaterThanOrEqual(0);
        expect(timeMs - day).toBeLessThan(86_400_000);
      }),
    );
  });
});

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
