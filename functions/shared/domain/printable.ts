/*
 * Characters that a person does not see, or that change how a terminal or an editor shows the text around them: control
 * characters, direction marks, zero-width and other invisible characters, halves of surrogate pairs, private and unassigned
 * ones, line separators, every space but the usual one, and two letters that are drawn as nothing (U+2800, U+1D159).
 * Default_Ignorable_Code_Point contains soft hyphen, joiners, fillers, tags and variation selectors.
 * https://www.unicode.org/reports/tr36/ and tr44
 */
const unprintable = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]|(?! )\p{Zs}/u;
const allUnprintable = new RegExp(unprintable, 'gu');
const allUnprintableButLineBreaks = new RegExp(`(?!\\n)(?:${unprintable.source})`, 'gu');
/** Most text is plain ASCII, which is found out twenty times faster. */
const plainLines = /^[\n\x20-\x7e]*$/;

/**
 * Returns the text as a person may read it, in one line: each character that is not visible, or that steers a terminal, is
 * written as in JSON, `\u202e`. Nothing is removed, so that two names that differ do not read the same; only a text that
 * itself contains a backslash, `u` and the four digits reads like one with the character.
 *
 * `printable(printable(text))` is `printable(text)`, so that a message may quote one and be printed by another.
 * @example
 * printable('node-a\u202eb\n'); // => 'node-a\\u202eb\\u000a'
 */
export function printable(text: string): string {
  return text.replace(allUnprintable, escapeOf);
}

/** Returns the same of a text of several lines, of which the line breaks stay. */
export function printableLines(text: string): string {
  return plainLines.test(text) ? text : text.replace(allUnprintableButLineBreaks, escapeOf);
}

/**
 * Returns a value as JSON that may be shown on a terminal. Its escapes are those of JSON, so that a parser gets every
 * character as it was.
 * @param indent spaces before each level, in a line for each value. Default: one line
 */
export function printableJson(value: unknown, indent?: number): string {
  return printableLines(JSON.stringify(value, null, indent));
}

/** Returns whether {@link printable} leaves a character as it is. */
export function isPrintable(character: string): boolean {
  return !unprintable.test(character);
}

/** Returns a character as `\u202e`, or as two of these where it takes two UTF-16 units. */
export function escapeOf(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    const unit = character.charCodeAt(at);
    return `\\u${unit.toString(16).padStart(4, '0')}`;
  }).join('');
}
