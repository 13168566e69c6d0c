import * as z from 'zod';

/**
 * Returns whether a text can be part of a name. It must not contain NUL, which joins the parts of keys and ids (`groupKey`,
 * `contentId`). It must not contain half of a surrogate pair either: UTF-8 stores another character in its place, and the series
 * would become another series.
 */
export function isName(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/** Returns the schema of a text of `min` to `max` characters that can be part of a name. */
export function nameSchema(min: number, max: number) {
  return z
    .string()
    .min(min)
    .max(max)
    .refine(isName, 'expected a name without NUL and without half of a surrogate pair');
}

/** The longest unit, in characters. */
export const unitMax = 64;

/** Returns whether a text can be a unit: a name of one line, without control characters, because sentences and comments end with it. */
export function isUnit(text: string): boolean {
  return text.length <= unitMax && isName(text) && !/[\p{Cc}\u2028\u2029]/u.test(text);
}
