import type * as z from 'zod';
import { expectation, lengthOf } from './expectation.ts';
import { nearest } from './nearest.ts';
import { shown, shownText } from './shown.ts';

/** The number of faults that a refusal names. */
const faultsMax = 5;
const faultCharactersMax = 200;

/**
 * The largest number of values within a value that is checked by a schema: each of them may cause a fault of about 1 KB. A
 * record that Offbeat itself makes and that fits into a message of 4.5 MB has fewer.
 */
const valuesMax = 250_000;
/**
 * The largest number of levels. Records of Offbeat have fewer than ten. Unknown fields are counted too, although no stage
 * reads them.
 */
const levelsMax = 100;

export type Checked<T> = { readonly value: T } | { readonly faults: string };

/**
 * Returns a value as its schema parses it, or a text of bounded length that names its faults.
 * @param whole the word for the value itself, in a fault that concerns no field of it
 */
export function check<T>(schema: z.ZodType<T>, value: unknown, whole = 'value'): Checked<T> {
  const excess = excessOf(value);
  if (excess !== undefined) return { faults: `${whole}: contains ${excess}` };
  const parsed = schema.safeParse(value, { error: expectation });
  return parsed.success ? { value: parsed.data } : { faults: faultsText(parsed.error.issues, value, whole) };
}

/**
 * Returns the first few faults that a schema found, each with its field and its value, and the number of the others.
 * @param issues the faults, in the words of {@link expectation}
 * @param value  the value that was checked
 * @param whole  the word for the value itself
 * @param known  names of fields; the nearest one is suggested for an unknown field
 */
export function faultsText(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  whole: string,
  known: readonly string[] = [],
): string {
  return listed(issues, (issue) => {
    if (issue.code === 'unrecognized_keys') {
      return listed(issue.keys, (key) => `${shownText(key)}: unknown field; ${remedyFor(key, known)}`);
    }
    const field = shownText(issue.path.map(String).join('.'), faultCharactersMax) || whole;
    const message = shownText(wording(issue), faultCharactersMax);
    // The value under a wrong key is not reported.
    if (issue.code === 'invalid_key') return `${field}: ${message}`;
    const got = at(value, issue);
    if (got === undefined) return `${field}: missing; ${message}`;
    return `${field}: ${message}, got ${lengthOf(issue, got) ?? shown(got)}`;
  });
}

/** The longest name that is taken for a misspelt one, in characters. */
const misspeltLengthMax = 32;

function remedyFor(key: string, known: readonly string[]): string {
  const close = key.length > misspeltLengthMax ? undefined : nearest(key, known);
  return close === undefined ? 'remove it' : `did you mean ${close}?`;
}

function listed<Fault>(faults: readonly Fault[], text: (fault: Fault) => string): string {
  const named = faults.slice(0, faultsMax).map(text).join('; ');
  return faults.length > faultsMax ? `${named}; and ${faults.length - faultsMax} more` : named;
}

/** Returns the words for an issue. For a wrong key they are in the issues beneath it. */
function wording(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? `wrong name; ${issue.issues[0]?.message ?? issue.message}` : issue.message;
}

function at(value: unknown, { path }: z.core.$ZodIssue): unknown {
  return path.reduce<unknown>((within, name) => (within as Record<PropertyKey, unknown> | undefined)?.[name], value);
}

/** Returns how a value exceeds the limits, if it does. Levels below the last one that is allowed are not visited. */
function excessOf(value: unknown): string | undefined {
  const count = countWithin(value, levelsMax, valuesMax);
  if (count === tooDeep) return `more than ${levelsMax} levels`;
  return count > valuesMax ? `more than ${valuesMax} values` : undefined;
}

const tooDeep = Number.POSITIVE_INFINITY;

/** Returns the number of values within a value, or {@link tooDeep}. The count stops at a number above `most`. */
function countWithin(value: unknown, levels: number, most: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (levels === 0) return tooDeep;
  let count = 0;
  if (Array.isArray(value)) {
    if (value.length > most) return value.length;
    for (const inner of value) {
      count += 1 + countWithin(inner, levels - 1, most - count);
      if (count > most) return count;
    }
    return count;
  }
  for (const name in value) {
    count += 1 + countWithin((value as Readonly<Record<string, unknown>>)[name], levels - 1, most - count);
    if (count > most) return count;
  }
  return count;
}
