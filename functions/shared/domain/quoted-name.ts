import { printable } from './printable.ts';

/** Matches a text of printable ASCII without a character that the text of a series gives a meaning. */
const plain = /^[\x20-\x7e]*$/;

/**
 * Returns a name as a part of a longer text: as it is, or in quotes with the escapes of JSON where it begins with a quote,
 * contains a character that has a meaning there, or one that a person does not see ({@link printable}). The text that a
 * person reads on a terminal is therefore the text that {@link readQuoted} reads.
 * @param meant matches the names that must be quoted for their place in the text
 * @example
 * quotedName('vEthernet (Default Switch)', /[,{}]/); // => 'vEthernet (Default Switch)'
 * quotedName('a,b', /[,{}]/); // => '"a,b"'
 */
export function quotedName(name: string, meant: RegExp): string {
  const mayStay = !name.startsWith('"') && !meant.test(name);
  if (mayStay && (plain.test(name) || printable(name) === name)) return name;
  return printable(JSON.stringify(name));
}

const quoted = /"(?:[^"\\]|\\.)*"/sy;

/**
 * Reads the quoted name that begins at `at`.
 * @returns the name, and the place after its last quote; `undefined` if the quotes or escapes are not those of JSON
 */
export function readQuoted(text: string, at: number): { readonly name: string; readonly end: number } | undefined {
  quoted.lastIndex = at;
  const [found] = quoted.exec(text) ?? [];
  if (found === undefined) return undefined;
  try {
    return { name: JSON.parse(found) as string, end: at + found.length };
  } catch {
    return undefined; // The caller reports what it expected.
  }
}
