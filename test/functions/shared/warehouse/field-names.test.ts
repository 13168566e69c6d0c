import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readDocument,
  readField,
  writtenDocument,
  writtenField,
} from '../../../../functions/shared/warehouse/field-names.ts';

const prefixes = ['other.', 'labels.', 'offbeat.units.', 'offbeat.kinds.', 'offbeat.alert.annotations.'];
const names = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc
    .array(fc.constantFrom('a', '.', ' ', '%', '%2E', '\t', '\u2003', 'é', '🚀'), { maxLength: 8 })
    .map((parts) => parts.join('')),
);
const fields = fc.tuple(fc.constantFrom(...prefixes), names).map(([prefix, name]) => prefix + name);

describe('a name from a beat in a field', () => {
  it('a name is read back as it was, whatever its spelling', () => {
    fc.assert(
      fc.property(fields, fc.constantFrom('as is', 'in one piece'), (field, spelling) => {
        expect(readField(writtenField(field, spelling))).toBe(field);
      }),
    );
  });

  it('a written name has no step that OpenSearch refuses', () => {
    fc.assert(
      fc.property(fields, fc.constantFrom('as is', 'in one piece'), (field, spelling) => {
        for (const step of writtenField(field, spelling).split('.')) expect(step.trim()).not.toBe('');
      }),
    );
  });

  it('a label, and a name in one piece, is one step, so that no two names exclude each other', () => {
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

  it('a document without such names is returned as the same object', () => {
    const document = { 'host.name': 'a', 'labels.device': 'sda', 'other.acme.depth': 1 };
    expect(writtenDocument(document, 'as is')).toBe(document);
    expect(readDocument(document)).toBe(document);
  });
});
