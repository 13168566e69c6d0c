/**
 * Converts a name to lower case with `_` between its words.
 * @example
 * inSnakeCase('DBInstanceIdentifier'); // => 'db_instance_identifier'
 */
export function inSnakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[-\s:/]/g, '_')
    .toLowerCase();
}

/** Returns the words of a name in lower case: `['instance', 'id']` for `InstanceId`. */
export const wordsOf = (name: string): string[] =>
  inSnakeCase(name)
    .split('_')
    .filter((word) => word !== '');

/** Returns a set of the words of a text. */
export const wordSet = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));
