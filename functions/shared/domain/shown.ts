import { escapeOf, isPrintable } from './printable.ts';

/** The number of characters for a foreign value in a message. Its last number, brackets and an ellipsis may exceed it. */
const charactersMax = 80;
const levelsMax = 3;

/**
 * Returns a foreign value as text for a message: about 80 characters at most, whatever its size and depth. A text is quoted and
 * shortened. An array shows its first entries. An object is `{…}`, because JavaScript would collect all its names to find the
 * first. It never throws for a value that `JSON.parse` returned.
 * @example
 * shown('a\u0000b'); // => '"a\\u0000b"'
 * shown([1, [2, [3, [4]]]]); // => '[1, [2, [3, […]]]]'
 */
export function shown(value: unknown): string {
  return print(value, charactersMax, levelsMax);
}

/** Returns a foreign name or sentence without quotes: shortened, and made {@link printable}. */
export function shownText(text: string, lengthMax = charactersMax): string {
  return cut(text, lengthMax, printed);
}

function print(value: unknown, lengthMax: number, levels: number): string {
  if (typeof value === 'string') return `"${cut(value, lengthMax, printedInQuotes)}"`;
  if (Array.isArray(value)) return printArray(value, lengthMax, levels);
  if (value === undefined) return 'nothing';
  return typeof value === 'object' && value !== null ? '{…}' : String(value);
}

function printArray(entries: readonly unknown[], lengthMax: number, levels: number): string {
  if (entries.length === 0) return '[]';
  if (levels === 0) return '[…]';
  let text = '';
  for (const [index, entry] of entries.entries()) {
    const left = lengthMax - text.length;
    if (left <= 0) return `[${text}…]`;
    text += `${index === 0 ? '' : ', '}${print(entry, left, levels - 1)}`;
  }
  return `[${text}]`;
}

function cut(text: string, lengthMax: number, print: (character: string) => string): string {
  let short = '';
  for (const character of text) {
    const next = print(character);
    if (short.length + next.length > lengthMax) return `${short}…`;
    short += next;
  }
  return short;
}

const printed = (character: string): string => (isPrintable(character) ? character : escapeOf(character));
const printedInQuotes = (character: string): string =>
  character === '"' || character === '\\' ? `\\${character}` : printed(character);
