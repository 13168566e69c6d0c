import { escapeOf, isPrintable } from './printable.ts';

/** Characters that a foreign value may take in a message; its last number, brackets and ellipsis come on top. */
const charactersMax = 80;
const levelsMax = 3;

/**
 * Prints a value of anybody's for a message: about 80 characters at most, whatever its size and depth. A text is quoted and
 * cut, an array shows its first entries, an object is `{…}`: to find its first name JavaScript would gather all of them.
 * Never throws on what `JSON.parse` returns.
 * @example
 * shown('a\u0000b'); // => '"a\\u0000b"'
 * shown([1, [2, [3, [4]]]]); // => '[1, [2, [3, […]]]]'
 */
export function shown(value: unknown): string {
  return print(value, charactersMax, levelsMax);
}

/** Prints a name or a sentence of anybody's without quotes: cut, and {@link printable}. */
export function shownText(text: string, room = charactersMax): string {
  return cut(text, room, printed);
}

function print(value: unknown, room: number, levels: number): string {
  if (typeof value === 'string') return `"${cut(value, room, printedInQuotes)}"`;
  if (Array.isArray(value)) return printArray(value, room, levels);
  if (value === undefined) return 'nothing';
  return typeof value === 'object' && value !== null ? '{…}' : String(value);
}

function printArray(entries: readonly unknown[], room: number, levels: number): string {
  if (entries.length === 0) return '[]';
  if (levels === 0) return '[…]';
  let text = '';
  for (const [index, entry] of entries.entries()) {
    const left = room - text.length;
    if (left <= 0) return `[${text}…]`;
    text += `${index === 0 ? '' : ', '}${print(entry, left, levels - 1)}`;
  }
  return `[${text}]`;
}

function cut(text: string, room: number, print: (character: string) => string): string {
  let short = '';
  for (const character of text) {
    const next = print(character);
    if (short.length + next.length > room) return `${short}…`;
    short += next;
  }
  return short;
}

const printed = (character: string): string => (isPrintable(character) ? character : escapeOf(character));
const printedInQuotes = (character: string): string =>
  character === '"' || character === '\\' ? `\\${character}` : printed(character);
