/*
 * What a message may show of a file. The file may be any file, and its values may be secrets, or addresses of webhooks,
 * which often are secrets too.
 */
import type { Path } from './schema.ts';

/** The longest key and the longest text that are shown, in characters: those of settings are shorter, most secrets longer. */
const keyLengthMax = 32;
const textLengthMax = 24;

/** Keys whose values are never shown, whatever they are. */
const privateKeys: readonly unknown[] = ['secret', 'url'];

/** Returns the text without what would break the line or steer a terminal: such characters are escaped as `\u{1b}`. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** Returns a path as a person writes it: `receivers[0].webhook.url`. */
export function pathText(path: Path): string {
  return path
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${keyText(String(step))}`,
    )
    .join('');
}

/** Returns what a message says of a value that is not the text, number or choice that was expected at its path. */
export function valueText(value: unknown, path: Path): string {
  if (typeof value === 'object' && value !== null) return kindOf(value);
  const isPrivate = path.length === 0 || privateKeys.includes(path.at(-1));
  const text = typeof value === 'string' ? quoted(value, textLengthMax) : String(value);
  return isPrivate || text === undefined ? 'a value that is not shown here' : text;
}

/** Returns the kind of a value alone. */
export function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}

function keyText(key: string): string {
  if (/^[\w.-]+$/.test(key) && key.length <= keyLengthMax) return key;
  return quoted(key, keyLengthMax) ?? '(a key that is not shown here)';
}

/** Returns `undefined` for a text that may be an address or a secret. */
function quoted(text: string, lengthMax: number): string | undefined {
  return text.length <= lengthMax && !text.includes('/') ? printable(JSON.stringify(text)) : undefined;
}
