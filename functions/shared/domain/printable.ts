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
/** Matches text of printable ASCII and line breaks, as most text is. This test is twenty times faster than the full one. */
const plainLines = /^[\n\x20-\x7e]*$/;

/**
 * Returns a text as a person can read it, in one line. Each character that is not visible, or that controls a terminal, is
 * written as in JSON: `\u202e`. Nothing is removed, so that two different names never look the same. There is one exception: a
 * text that itself contains a backslash, `u` and four digits looks like a text with that character.
 *
 * `printable(printable(text))` equals `printable(text)`, so that a message may contain a text that was made printable before.
 * @example
 * printable('node-a\u202eb\n'); // => 'node-a\\u202eb\\u000a'
 */
export function printable(text: string): string {
  return text.replace(allUnprintable, escapeOf);
}

/** Returns a text of several lines as {@link printable} does, and keeps its line breaks. */
export function printableLines(text: string): string {
  return plainLines.test(text) ? text : text.replace(allUnprintableButLineBreaks, escapeOf);
}

/**
 * Returns a value as JSON that may be shown on a terminal. Its escapes are those of JSON, so that a parser reads every
 * character unchanged.
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
