import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const sources = globSync('{bin,lib,functions,settings,local,test,bench,docs,web}/**/*.{ts,tsx}', { cwd: root });

const determiners = new Set(['A', 'An', 'The', 'One', 'Two', 'Three', 'Each', 'Every', 'Another', 'All', 'Both']);
/** Words in -s that are neither verbs nor plural nouns. */
const otherwise = new Set(['As', 'Is', 'Its', 'This', 'Has', 'Was', 'Whose', 'Does', 'Always', 'Perhaps', 'Besides']);

/** Returns whether a docstring begins with a determiner, a third-person verb, a plural noun, or an owner ("Kafka's"). */
function isPlain(docstring: string): boolean {
  const [word = ''] = docstring.split(/[\s.,:;]/, 1);
  if (word === '' || word.startsWith('@')) return true;
  if (determiners.has(word)) return true;
  return /^[A-Z][A-Za-z-]*['’]?s$/.test(word) && !otherwise.has(word);
}

const plainTextOf = (comment: string): string => comment.replace(/^\s*\* ?/gm, '').trim();

it('every docstring begins with a determiner and its noun, or with a third-person verb', () => {
  const found = sources.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(/(?<=^ *)\/\*\*(.*?)\*\//gms)]
      .map(({ index, 1: comment }) => ({ index, docstring: plainTextOf(comment!) }))
      .filter(({ docstring }) => !isPlain(docstring))
      .map(({ index, docstring }) => `${file}:${text.slice(0, index).split('\n').length} ${docstring.slice(0, 60)}`);
  });
  expect(found).toEqual([]);
});

it('the rule knows a preposition, a relative word and a missing subject', () => {
  const refused = ['What a stage keeps.', 'Of a topic.', 'Whether it is open.', 'As its docs have it.', 'Its owner.'];
  expect(refused.filter(isPlain)).toEqual([]);
  const accepted = [
    'Returns the owner.',
    'A topic.',
    "Kafka's own limit.",
    'Milliseconds to wait.',
    '@returns the sum',
  ];
  expect(accepted.filter((text) => !isPlain(text))).toEqual([]);
});
