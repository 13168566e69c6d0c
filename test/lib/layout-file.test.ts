import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { LayoutEntry } from '../../lib/layout-file.ts';
import { freshPath } from '../support/deployment.ts';

const target = { account: '111122223333', region: 'eu-north-1' };
const namesSchema = z.array(z.string());

function entryWith(text?: string): LayoutEntry {
  const file = freshPath('layout.json');
  if (text !== undefined) writeFileSync(file, text);
  return new LayoutEntry(file, target, 'Offbeat');
}

function recorded(entry: LayoutEntry): void {
  entry.record('zones', ['a']);
  entry.save();
}

describe('an entry of the layout file', () => {
  it('is not written before it is saved', () => {
    const entry = entryWith();
    entry.record('zones', ['a']);
    expect(existsSync(entry.file)).toBe(false);
    expect(entry.read('zones', namesSchema)).toBeUndefined();
  });

  it('is saved once, with every part that was recorded, and not again while nothing differs', () => {
    const entry = entryWith();
    recorded(entry);
    entry.record('prefix', 'team-a');
    entry.save();
    const saved = '{"111122223333/eu-north-1/Offbeat": {"prefix": "team-a", "zones": ["a"]}}';
    expect(JSON.parse(readFileSync(entry.file, 'utf8'))).toEqual(JSON.parse(saved));
    writeFileSync(entry.file, saved);
    entry.save();
    expect(readFileSync(entry.file, 'utf8')).toBe(saved);
  });

  it('has no part before one is recorded, and returns what was recorded', () => {
    const entry = entryWith();
    expect(entry.read('zones', namesSchema)).toBeUndefined();
    entry.record('zones', ['a', 'b']);
    entry.save();
    expect(entry.read('zones', namesSchema)).toEqual(['a', 'b']);
    expect(JSON.parse(readFileSync(entry.file, 'utf8'))).toEqual({
      '111122223333/eu-north-1/Offbeat': { zones: ['a', 'b'] },
    });
  });

  it('is of one account, one region and one deployment', () => {
    const { file, ...entry } = entryWith();
    recorded(new LayoutEntry(file, target, 'Offbeat'));
    const others = [
      new LayoutEntry(file, { ...target, account: '444455556666' }, 'Offbeat'),
      new LayoutEntry(file, { ...target, region: 'us-east-1' }, 'Offbeat'),
      new LayoutEntry(file, target, 'Offbeat2'),
    ];
    expect(others.map((other) => other.read('zones', namesSchema))).toEqual([undefined, undefined, undefined]);
    expect(new Set([entry.key, ...others.map(({ key }) => key)]).size).toBe(4);
  });

  it('keeps every other entry and part that a file has, whatever they contain', () => {
    const name = fc.string({ minLength: 1 }).filter((key) => key !== '__proto__');
    const entryKey = fc.stringMatching(/^\d{12}\/[a-z0-9-]{1,9}\/[A-Za-z0-9-]{1,9}$/);
    const parts = fc.dictionary(name, fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(
        fc.dictionary(entryKey, parts, { noNullPrototype: true }),
        parts,
        fc.jsonValue(),
        (rest, own, value) => {
          const key = '111122223333/eu-north-1/Offbeat';
          const before = JSON.parse(JSON.stringify({ ...rest, [key]: own }));
          const entry = entryWith(JSON.stringify(before));
          entry.record('zones', value);
          entry.save();
          const after = JSON.parse(readFileSync(entry.file, 'utf8'));
          expect(after).toEqual({ ...before, [key]: { ...before[key], zones: JSON.parse(JSON.stringify(value)) } });
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    ['<<<<<<< HEAD\n{}', /layout\.json: expected JSON, as synth wrote it; restore it from version control$/],
    ['[]', /layout\.json: .*expected record.*; restore it from version control$/],
    ['{ "111122223333/b/c": 1 }', /layout\.json: "111122223333\/b\/c": .*expected record.*; restore it/],
    [
      '{ "Offbeat/Offbeat": { "offbeat.beats": 2 } }',
      /layout\.json: "Offbeat\/Offbeat": expected a key ACCOUNT\/REGION\/NAME such as .*; rename it, or delete it$/,
    ],
    [
      '{ "111122223333/eu-north-1/Offbeat": { "zones": ["a", 2] } }',
      /layout\.json: "111122223333\/eu-north-1\/Offbeat", "zones": 1: .*expected string.*; restore it/,
    ],
  ])('refuses %j, naming the file, the place and the remedy', (text, message) => {
    const read = () => entryWith(text).read('zones', namesSchema);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });

  it.each([
    [{ ...target, account: 'mine' }, 'Offbeat', 'mine/eu-north-1/Offbeat'],
    [target, '', '111122223333/eu-north-1/'],
  ])('cannot be of %j and the name "%s", which no later synth would accept', (place, name, key) => {
    expect(() => new LayoutEntry(freshPath('layout.json'), place, name)).toThrow(
      `${key}: expected a key ACCOUNT/REGION/NAME such as`,
    );
  });

  it('does not overwrite a file that it cannot read', () => {
    const entry = entryWith('<<<<<<<');
    expect(() => recorded(entry)).toThrow(UsageError);
    expect(readFileSync(entry.file, 'utf8')).toBe('<<<<<<<');
  });
});
