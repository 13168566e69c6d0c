import type * as z from 'zod';
import { expectation, lengthOf } from './expectation.ts';
import { nearest } from './nearest.ts';
import { shown, shownText } from './shown.ts';

/** Faults that a refusal names. */
const faultsMax = 5;
const faultCharactersMax = 200;

/**
 * Values within a value that a schema is asked about: each of them may come back as a fault of some 1 KB. No record that
 * Offbeat itself makes has as many and stays below the 4.5 MB of a message.
 */
const valuesMax = 250_000;
/** What Offbeat makes has less than ten; fields of others' that nobody reads are walked through all the same. */
const levelsMax = 100;

export type Checked<T> = { readonly value: T } | { readonly faults: string };

/**
 * A value as its schema has it, or what is wrong with it, in a text of bounded length.
 * @param whole what the value itself is called
 */
export function check<T>(schema: z.ZodType<T>, value: unknown, whole = 'value'): Checked<T> {
  const excess = excessOf(value);
  if (excess !== undefined) return { faults: `${whole}: holds ${excess}` };
  const parsed = schema.safeParse(value, { error: expectation });
  return parsed.success ? { value: parsed.data } : { faults: faultsText(parsed.error.issues, value, whole) };
}

/**
 * The first few faults that a schema found, each with its field and what stands there, and how many more there are.
 * @param issues of a schema that was asked with {@link expectation}
 * @param known names of fields, of which an unknown one may be a misspelling
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
    // What a wrong key leads to is not what is wrong.
    if (issue.code === 'invalid_key') return `${field}: ${message}`;
    const got = at(value, issue);
    if (got === undefined) return `${field}: missing; ${message}`;
    return `${field}: ${message}, got ${lengthOf(issue, got) ?? shown(got)}`;
  });
}

/** A longer name is no misspelt one, in characters. */
const misspeltLengthMax = 32;

function remedyFor(key: string, known: readonly string[]): string {
  const close = key.length > misspeltLengthMax ? undefined : nearest(key, known);
  return close === undefined ? 'remove it' : `did you mean ${close}?`;
}

function listed<Fault>(faults: readonly Fault[], text: (fault: Fault) => string): string {
  const named = faults.slice(0, faultsMax).map(text).join('; ');
  return faults.length > faultsMax ? `${named}; and ${faults.length - faultsMax} more` : named;
}

/** Of a key that is wrong zod says why in the issues beneath. */
function wording(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? `wrong name; ${issue.issues[0]?.message ?? issue.message}` : issue.message;
}

function at(value: unknown, { path }: z.core.$ZodIssue): unknown {
  return path.reduce<unknown>((within, name) => (within as Record<PropertyKey, unknown> | undefined)?.[name], value);
}

/** @returns what is too much about a value, found without a step below the last level that is allowed */
function excessOf(value: unknown): string | undefined {
  const count = countWithin(value, levelsMax, valuesMax);
  if (count === tooDeep) return `more than ${levelsMax} levels`;
  return count > valuesMax ? `more than ${valuesMax} values` : undefined;
}

const tooDeep = Number.POSITIVE_INFINITY;

/** @returns how many values there are within a value, {@link tooDeep}, or some number above `most` */
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
