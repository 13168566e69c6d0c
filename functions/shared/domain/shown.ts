/** Characters that a foreign value may take in a message; its last number, brackets and ellipsis come on top. */
const charactersMax = 80;
const levelsMax = 3;

/** Characters that end a line, steer a terminal, turn the text around, or do not survive UTF-8. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const unprintableOrQuote = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}"\\]/u;

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

/** Prints a name or a sentence of anybody's without quotes: cut, with control characters as `\u0000`. */
export function shownText(text: string, room = charactersMax): string {
  return cut(text, room, unprintable);
}

function print(value: unknown, room: number, levels: number): string {
  if (typeof value === 'string') return `"${cut(value, room, unprintableOrQuote)}"`;
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

function cut(text: string, room: number, escaped: RegExp): string {
  let printed = '';
  for (const character of text) {
    const next = escaped.test(character) ? escapeOf(character) : character;
    if (printed.length + next.length > room) return `${printed}…`;
    printed += next;
  }
  return printed;
}

function escapeOf(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
