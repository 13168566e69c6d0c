import type * as z from 'zod';
import type { UsageError } from '../functions/shared/domain/errors.ts';
import { nearest } from '../functions/shared/domain/nearest.ts';
import { knownKeys, type Path } from './schema.ts';
import { kindOf, pathText, valueText } from './shown.ts';
import { offsetOf } from './source.ts';
import type { ParsedYaml } from './yaml.ts';

/** The number of problems that a message names; it counts the others. */
const namedMax = 3;
/** The number of problems that are located in the file; to locate one takes time in proportion to the file. */
const locatedMax = 100;
/** The longest key that may be misspelt, in characters. */
const misspeltLengthMax = 32;

type Issue = z.core.$ZodIssue;

/**
 * Returns the error for values that do not match the schema, in one line: the first problems in the file, each with line,
 * key, the expected and the found value, then the number of the others.
 * @param issues at least one
 */
export function refusalOf(issues: readonly Issue[], { document, value, source }: ParsedYaml): UsageError {
  const all = issues.flatMap(flatten);
  const named = all
    .slice(0, locatedMax)
    .map((issue) => ({ issue, offset: offsetOf(document, issue.path) }))
    .sort((a, b) => a.offset - b.offset)
    .slice(0, namedMax);
  const texts = named.map(({ issue, offset }, index) => {
    const text = describe(issue, value);
    return index === 0 ? text : `line ${source.lineOf(offset)}: ${text}`;
  });
  const unnamed = all.length - named.length;
  if (unnamed > 0) texts.push(`and ${unnamed} more ${unnamed === 1 ? 'problem' : 'problems'}`);
  return source.refusal(named[0]!.offset, texts.join(' | '));
}

/**
 * Returns an issue for each unknown key. For a value that matches no alternative, it returns the issues of the nearest
 * alternative, unless the schema has its own message.
 */
function flatten(issue: Issue): Issue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ ...issue, keys: [key], path: [...issue.path, key] }));
  }
  if (issue.code !== 'invalid_union' || issue.errors.length === 0 || issue.message !== 'Invalid input') return [issue];
  const strays = (issues: readonly Issue[]): number =>
    issues.filter(({ code, path }) => code === 'unrecognized_keys' && path.length === 0).length;
  // An alternative of another type says less about a value than one that refuses a part of it.
  const isOfOtherType = (issues: readonly Issue[]): number =>
    issues.some(({ code, path }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value')) ? 1 : 0;
  const [closest] = [...issue.errors].sort(
    (a, b) => isOfOtherType(a) - isOfOtherType(b) || strays(a) - strays(b) || a.length - b.length,
  );
  return closest!.flatMap((inner) => flatten({ ...inner, path: [...issue.path, ...inner.path] }));
}

function describe(issue: Issue, file: unknown): string {
  const { path } = issue;
  const key = path.length === 0 ? 'the file' : pathText(path);
  if (issue.code === 'unrecognized_keys') return `${key}: ${remedyForUnknown(path)}`;
  const value = valueAt(file, path);
  const expected = expectation(issue);
  if (value === undefined) return `${key}: is missing; ${expected}`;
  const isStructure = issue.code === 'invalid_type' && ['object', 'array', 'record'].includes(issue.expected);
  return `${key}: ${expected}, got ${isStructure ? kindOf(value) : valueText(value, path)}`;
}

/** Returns what was expected: the schema's message or, for a plain type, its name in YAML. */
function expectation({ message, path }: Issue): string {
  // zod's own message ends with the found type; the found value is reported instead.
  const expected = message
    .replace(/^(Invalid input|Invalid option|Too small|Too big): /, '')
    .replace(/, received .*$/, '');
  switch (expected) {
    case 'expected object':
      return mappingOf(knownKeys(path));
    case 'expected record':
      return 'expected a mapping';
    case 'expected array':
      return 'expected a list';
    case 'expected string':
      return 'expected text';
    case 'expected boolean':
      return 'expected true or false';
    case 'expected int':
      return 'expected a whole number';
    case 'expected number':
      return 'expected a number';
    default:
      return expected;
  }
}

/** Returns the expectation of a mapping; without keys it is `{}`, as a receiver's `terminal: {}` is written. */
const mappingOf = (keys: readonly string[]): string =>
  keys.length === 0 ? 'expected {}' : `expected a mapping with the keys ${keys.join(', ')}`;

function remedyForUnknown(path: Path): string {
  const known = knownKeys(path.slice(0, -1));
  const key = String(path.at(-1));
  if (known.includes(key)) return 'it cannot be combined with the keys beside it; remove it, or them';
  if (known.length === 0) return 'unknown key; expected none';
  const close = key.length > misspeltLengthMax ? undefined : nearest(key, known);
  return `unknown key; ${close === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${close}?`}`;
}

function valueAt(file: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, step);
    return isThere ? (value as Readonly<Record<PropertyKey, unknown>>)[step] : undefined;
  }, file);
}
