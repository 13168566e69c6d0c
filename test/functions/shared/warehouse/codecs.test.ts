import { describe, expect, it } from 'vitest';
import { type FieldCodec, objectCodec, type WritableDocument } from '../../../../functions/shared/warehouse/codec.ts';
import {
  date,
  duration,
  keyword,
  list,
  long,
  nested,
  optionalTexts,
  texts,
} from '../../../../functions/shared/warehouse/codecs.ts';

const disk = objectCodec<{ name: string; size?: number }>({ name: keyword('name', ''), size: long('size', '') });

function written<Value>(codec: FieldCodec<Value>, value: Value): WritableDocument {
  const document: WritableDocument = {};
  codec.write(value, document);
  return document;
}

describe('a codec', () => {
  it.each<[kind: string, codec: FieldCodec<unknown>, value: unknown, document: WritableDocument]>([
    ['of a keyword', keyword('a.b', ''), 'x', { 'a.b': 'x' }],
    ['of a time', date('a.b', ''), 1_000, { 'a.b': '1970-01-01T00:00:01.000Z' }],
    ['of a duration', duration('a.b', ''), 5, { 'a.b': 5_000_000 }],
    ['of texts by name', texts('a', '', 'keyword'), { b: 'x', 'c.d': 'y' }, { 'a.b': 'x', 'a.c.d': 'y' }],
    ['of an object', disk, { name: 'sda', size: 5 }, { name: 'sda', size: 5 }],
    ['of an object without an optional property', disk, { name: 'sda' }, { name: 'sda' }],
    ['of a nested object', nested('a.b', disk), { name: 'sda' }, { 'a.b': { name: 'sda' } }],
    ['of a list', list('a.b', disk), [{ name: 'sda' }, { name: 'sdb' }], { 'a.b': [{ name: 'sda' }, { name: 'sdb' }] }],
    ['of an empty list', list('a.b', disk), [], { 'a.b': [] }],
  ])('%s writes its fields and reads them back', (_kind, codec, value, document) => {
    expect(written(codec, value)).toEqual(document);
    expect(codec.read(document)).toEqual(value);
  });

  it.each<[kind: string, codec: FieldCodec<unknown>, absent: unknown]>([
    ['of a keyword', keyword('a.b', ''), undefined],
    ['of a time', date('a.b', ''), undefined],
    ['of a nested object', nested('a.b', disk), undefined],
    ['of a list', list('a.b', disk), undefined],
    ['of texts by name', texts('a', '', 'keyword'), {}],
    ['of optional texts by name', optionalTexts('a', ''), undefined],
  ])('%s reads a document without its fields as %o', (_kind, codec, absent) => {
    expect(codec.read({ other: 1 })).toEqual(absent);
  });

  it('of a list names the fields of its items by their paths', () => {
    const fields = [...list('a.b', disk).fields, ...nested('c', nested('d', disk)).fields];
    expect(fields.map(({ name }) => name)).toEqual(['a.b.name', 'a.b.size', 'c.d.name', 'c.d.size']);
  });
});
