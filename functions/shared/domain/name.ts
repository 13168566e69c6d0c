import * as z from 'zod';

/**
 * Whether a text can be part of a name. NUL joins the parts of keys and ids (`groupKey`, `contentId`); half of a
 * surrogate pair becomes another character once it is stored as UTF-8, and its series another series.
 */
export function isName(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/** A text that is part of a name, of `min` to `max` characters. */
export function nameSchema(min: number, max: number) {
  return z
    .string()
    .min(min)
    .max(max)
    .refine(isName, 'expected a name without NUL and without half of a surrogate pair');
}
