import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  Lexer,
  Parser,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { pathText } from './shown.ts';
import { offsetOf, Source, startOf } from './source.ts';
import { syntaxProblems } from './syntax-problems.ts';

/** Levels of mappings and lists within each other; settings have five. */
const nestingMax = 32;
/** Aliases (`*name`) in a text: the time for each is in proportion to the text. */
const aliasesMax = 100;
/** Values in a text, with each alias counted as what it stands for. */
export const valuesMax = 20_000;

/** A YAML document: its values, and where they are in its text. */
export interface ParsedYaml {
  /** The values; `null` for a text without values. */
  readonly value: unknown;
  readonly document: Document;
  readonly source: Source;
}

/**
 * Parses one YAML document, in time and memory in proportion to the length of the text, whatever it contains.
 * @param name of the text, for messages
 * @throws {UsageError} with the first problem in one line, which repeats nothing of the text but the name of a key
 */
export function parseYaml(text: string, name: string): ParsedYaml {
  const source = new Source(name);
  const tokens = tokensOf(text, source);
  const [document, second] = withoutTraces(() => firstDocuments(tokens, text.length));
  checkSyntax(document, source);
  if (second !== undefined) throw source.refusal(second.range[0], syntaxProblems.MULTIPLE_DOCS);
  checkKeysAndAliases(document, source);
  const value: unknown = document.toJS({ maxAliasCount: -1 });
  checkNumberOfValues(value, document, source);
  return { value, document, source };
}

/** Returns the parts of the text. Stops at the first that is nested too deep, which would overflow the stack later. */
function tokensOf(text: string, source: Source): CST.Token[] {
  const parser = new Parser(source.lines.addNewLine);
  const tokens: CST.Token[] = [];
  let aliases = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (lexeme.startsWith('*')) aliases += 1;
    if (aliases > aliasesMax) {
      throw source.refusal(parser.offset, `expected at most ${aliasesMax} aliases (*name); write the values out`);
    }
    if (parser.stack.length > nestingMax && parser.stack.filter((open) => 'items' in open).length > nestingMax) {
      throw source.refusal(
        parser.offset,
        `expected at most ${nestingMax} levels of lists and mappings within each other; close them, or quote the text`,
      );
    }
  }
  tokens.push(...parser.end());
  return tokens;
}

const composing = {
  // The same for every version of YAML that a text declares: no dates, sets, binary data or merge keys.
  schema: 'core',
  resolveKnownTags: false,
  stringKeys: true,
  // Left to checkKeys: the parser compares each key with all before it.
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'error',
} as const;

/** Returns the first document, which may be empty, and the second if the text has one. */
function firstDocuments(tokens: readonly CST.Token[], end: number): [Document.Parsed, Document.Parsed?] {
  const documents = new Composer(composing).compose(tokens, true, end);
  const first = documents.next().value!;
  const second = documents.next();
  return second.done ? [first] : [first, second.value];
}

/**
 * Runs `work` without the stack traces of errors: the parser makes an error for each character that it did not expect,
 * and takes five times as long with traces.
 */
function withoutTraces<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Checks that the parser found no problem. An unknown tag, which it only warns about, is a problem too. */
function checkSyntax({ errors, warnings }: Document.Parsed, source: Source): void {
  const found: readonly YAMLError[] = errors.length > 0 ? errors : warnings;
  if (found.length === 0) return;
  const first = found.reduce((earliest, problem) => (problem.pos[0] < earliest.pos[0] ? problem : earliest));
  throw source.refusal(first.pos[0], syntaxProblems[first.code]);
}

/** Checks that no key is written twice in a mapping, and that each alias follows the value that it stands for. */
function checkKeysAndAliases(document: Document.Parsed, source: Source): void {
  const anchors = new Set<string>();
  visit(document, (_place, node, around) => {
    if (isAlias(node)) {
      const isWithin = around.some((outer) => 'anchor' in outer && outer.anchor === node.source);
      if (anchors.has(node.source) && !isWithin) return;
      throw source.refusal(
        startOf(node) ?? 0,
        'expected an alias (*name) after its value (&name); write the value out',
      );
    }
    if (isNode(node) && node.anchor !== undefined) anchors.add(node.anchor);
    if (isMap(node)) checkKeys(node, source);
  });
}

function checkKeys({ items }: YAMLMap, source: Source): void {
  const keys = new Set<unknown>();
  for (const { key } of items) {
    const word = isScalar(key) ? key.value : key;
    if (keys.has(word))
      throw source.refusal(startOf(key) ?? 0, `${pathText([String(word)])}: is written twice; keep one`);
    keys.add(word);
  }
}

/** Checks the number of values with each alias replaced by its value: few aliases may stand for many values. */
function checkNumberOfValues(values: unknown, document: Document.Parsed, source: Source): void {
  // The schema refuses anything but a mapping without a look inside.
  if (!isMap(document.contents)) return;
  let left = valuesMax;
  for (const [key, value] of Object.entries(values as object)) {
    left -= 1 + valuesWithin(value, left);
    if (left >= 0) continue;
    throw source.refusal(
      offsetOf(document, [key]),
      `${pathText([key])}: expected at most ${valuesMax.toLocaleString('en')} values in the file, ` +
        'with each alias (*name) counted as what it stands for; write fewer',
    );
  }
}

/** Returns how many values a value contains; some number above `max` if there are more. */
function valuesWithin(value: unknown, max: number): number {
  const pending = [value];
  let count = 0;
  while (pending.length > 0 && count <= max) {
    const next = pending.pop();
    if (typeof next !== 'object' || next === null) continue;
    const inner: unknown[] = Object.values(next);
    count += inner.length;
    for (const one of inner) pending.push(one);
  }
  return count;
}
