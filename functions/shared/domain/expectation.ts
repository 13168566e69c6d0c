import type * as z from 'zod';

/** The words for types, by zod's names for them. */
const types: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

/** The units of a length, by zod's name for the kind of value. A number has none: its value is compared, not a length. */
const units: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};

/**
 * Returns what was expected of a value, in words that replace zod's. A message that a schema itself defines is kept.
 * @example
 * schema.safeParse(value, { error: expectation })
 */
export function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${types[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${alternatives(issue.values)}`;
    case 'invalid_union':
      return Array.isArray(issue.options) ? `expected ${alternatives(issue.options)}` : undefined;
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${amount(issue.maximum, issue.origin)}`;
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.minimum, issue.origin)}`;
    default:
      return undefined;
  }
}

/** Returns the length of a value if the message of {@link expectation} is about its length. */
export function lengthOf({ message }: z.core.$ZodIssue, value: unknown): number | undefined {
  const isLength = /^expected (at (most|least)|(less|more) than) \d+ (characters?|entry|entries)$/.test(message);
  return isLength && (typeof value === 'string' || Array.isArray(value)) ? value.length : undefined;
}

function amount(count: number | bigint, origin: string): string {
  const unit = units[origin];
  return unit === undefined ? `${count}` : `${count} ${unit[count === 1 ? 0 : 1]}`;
}

/** Returns the values as a list in words: `ack, resolve or silence`. */
function alternatives(values: readonly unknown[]): string {
  const texts = values.map(String);
  const last = texts.pop() ?? '';
  return texts.length === 0 ? last : `${texts.join(', ')} or ${last}`;
}
