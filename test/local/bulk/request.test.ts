import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BulkItem, BulkParser, MalformedBulkError } from '../../../local/bulk/request.ts';
import { hostileTexts, messageCharactersMax } from '../../support/hostile.ts';

const body = (...lines: readonly (string | object)[]): Buffer =>
  Buffer.from(
    lines
      .map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
      .join('\n')
      .concat('\n'),
  );

function parseBulk(bytes: Buffer, index: string | undefined, cutAt: readonly number[] = []): BulkItem[] {
  const parser = new BulkParser(index);
  const cuts = [0, ...cutAt.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const pieces = cuts.slice(1).map((end, nth) => bytes.subarray(cuts[nth], end));
  const items: BulkItem[] = [];
  for (const piece of pieces) {
    parser.feed(piece);
    for (let item = parser.next(); item !== undefined; item = parser.next()) items.push(item);
  }
  const last = parser.end();
  return last === undefined ? items : [...items, last];
}

describe('a bulk request', () => {
  it('returns each document unchanged, with its host', () => {
    const unknown = { timeMs: undefined, identity: undefined };
    const items = parseBulk(
      body('{"create":{"_index":"mb"}}', '{ "host":{"name":"a"}, "x": 1.0 }', { index: {} }, {}),
      'beats',
    );
    expect(items).toEqual([
      {
        kind: 'document',
        action: 'create',
        target: { index: 'mb', id: undefined },
        document: { bytes: Buffer.from('{ "host":{"name":"a"}, "x": 1.0 }'), host: 'a', ...unknown },
      },
      {
        kind: 'document',
        action: 'index',
        target: { index: 'beats', id: undefined },
        document: { bytes: Buffer.from('{}'), host: null, ...unknown },
      },
    ]);
  });

  it('returns the time of each document, if it has one that can be read', () => {
    const times = ['2026-11-28T10:00:00Z', 'yesterday', undefined].map((time) => ({ '@timestamp': time }));
    const items = parseBulk(body(...times.flatMap((document) => [{ create: {} }, document])), 'beats');
    const timesMs = items.map((item) => (item.kind === 'document' ? item.document.timeMs : null));
    expect(timesMs).toEqual([Date.parse('2026-11-28T10:00:00Z'), undefined, undefined]);
  });

  it('reads a number as an _id of its digits, unless it is too large to be exact', () => {
    const ids = ['7', 7, 0, 2 ** 53, true, null];
    const items = parseBulk(body(...ids.flatMap((id) => [{ create: { _id: id } }, {}])), 'beats');
    expect(items.map(({ target }) => target.id)).toEqual(['7', '7', '0', undefined, undefined, undefined]);
  });

  it('refuses an empty _id alone', () => {
    const items = parseBulk(body({ create: { _id: '' } }, {}, { create: {} }, {}), 'beats');
    expect(items.map(({ kind }) => kind)).toEqual(['refused', 'document']);
    expect(items[0]).toMatchObject({
      refusal: { status: 400, type: 'illegal_argument_exception', reason: 'if _id is specified it must not be empty' },
    });
  });

  it('refuses an _id of more than 512 bytes alone', () => {
    const ids = ['ä'.repeat(256), `${'ä'.repeat(256)}a`];
    const items = parseBulk(body(...ids.flatMap((id) => [{ create: { _id: id } }, {}])), 'beats');
    expect(items.map(({ kind }) => kind)).toEqual(['document', 'refused']);
    expect(items[1]).toMatchObject({
      refusal: { status: 400, reason: expect.stringContaining('is too long, expected at most 512 bytes') },
    });
  });

  it('reads an index whose op_type is create as a create', () => {
    const [item] = parseBulk(body({ index: { _id: 'a', op_type: 'create' } }, {}), 'beats');
    expect(item).toMatchObject({
      kind: 'document',
      action: 'create',
      document: { identity: { raisesVersion: false } },
    });
  });

  it.each(['7', '"text"', '[]', 'null', '{"broken', 'NaN'])('refuses the document %s alone', (document) => {
    const items = parseBulk(body({ create: {} }, document, { create: {} }, {}), 'beats');
    expect(items.map(({ kind }) => kind)).toEqual(['refused', 'document']);
    expect(items[0]).toMatchObject({ refusal: { status: 400, type: 'document_parsing_exception' } });
  });

  it('refuses each update and delete, and reads the items after them', () => {
    const items = parseBulk(body({ delete: { _id: '1' } }, { update: {} }, { doc: {} }, { create: {} }, {}), undefined);
    expect(items.map(({ action, kind }) => `${action} ${kind}`)).toEqual([
      'delete refused',
      'update refused',
      'create document',
    ]);
  });

  it.each([
    ['no action', body('{}', '{}')],
    ['an unknown action', body({ upsert: {} }, {})],
    ['two actions', body({ create: {}, index: {} }, {})],
    ['no JSON', body('create', '{}')],
    ['a document where an action belongs', body({ create: {} }, {}, { '@timestamp': '2026-11-23T15:00:00Z' })],
  ])('cannot be read with %s, and the error names the line', (_, bytes) => {
    expect(() => parseBulk(bytes, 'beats')).toThrow(/^line \d: malformed action, expected .*, got /);
  });

  it('cannot be read when its last document is missing', () => {
    expect(() => parseBulk(body({ create: {} }), 'beats')).toThrow(
      'line 1: the action "create" has no document after it',
    );
  });

  it.each(['', '\n', '\r\n\n'])('of nothing has no items', (text) => {
    expect(parseBulk(Buffer.from(text), 'beats')).toEqual([]);
  });

  it('has the same items, or the same error, wherever its bytes are divided', () => {
    const lines = fc.constantFrom(
      '{"create":{"_id":"1"}}',
      '{}',
      '',
      '\r',
      '{"delete":{}}',
      '{"a":1}\r',
      'x',
      '{"index":{}}',
    );
    fc.assert(
      fc.property(fc.array(lines), fc.boolean(), fc.array(fc.nat()), (some, isEnded, cuts) => {
        const bytes = Buffer.from(`${some.join('\n')}${isEnded ? '\n' : ''}`);
        const outcome = (at: readonly number[]) => {
          try {
            return parseBulk(bytes, 'beats', at);
          } catch (error) {
            return error;
          }
        };
        expect(outcome(cuts)).toEqual(outcome([]));
      }),
    );
  });

  it('refuses a document of more than 4.5 MB alone, of which it keeps nothing', () => {
    const long = `{"x":"${'x'.repeat(4_500_000)}"}`;
    const items = parseBulk(body({ create: {} }, long, { create: {} }, {}), 'beats', [1_000_000, 2_000_000]);
    expect(items.map(({ kind }) => kind)).toEqual(['refused', 'document']);
    expect(items[0]).toMatchObject({ refusal: { status: 413, type: 'content_too_large' } });
  });

  it('cannot be read with an action line of more than 65,536 bytes, and the error has the line, its length and the limit', () => {
    const action = { create: { _id: 'x'.repeat(70_000) } };
    expect(() => parseBulk(body({ delete: {} }, action, {}), 'beats')).toThrow(
      /^line 2: action line of 70\d{3} bytes; at most 65536 are allowed$/,
    );
  });

  it('is read or refused as a whole, whatever its bytes are', () => {
    const documents = [{ '@timestamp': '2026-11-23T15:00:00Z', host: { name: 'a' }, x: { v: 1 } }];
    const actions = [{ create: { _index: 'mb', _id: '1' } }, { index: {} }, { delete: {} }, { update: {} }];
    const lines = fc.oneof(hostileTexts(actions), hostileTexts(documents), fc.constantFrom('{"create":{}}', '{}', ''));
    const bodies = fc.oneof(
      fc.array(lines, { maxLength: 6 }).map((some) => Buffer.from(some.join('\n'))),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(bodies, (bytes) => {
        try {
          parseBulk(bytes, 'beats');
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedBulkError);
          expect((error as Error).message.length).toBeLessThan(messageCharactersMax);
        }
      }),
      { numRuns: 300 },
    );
  });
});
