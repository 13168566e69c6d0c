import type { ErrorCode } from 'yaml';

/** The expectation and the remedy for each error of YAML. The parser's own messages repeat the text, which may be a secret. */
export const syntaxProblems: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'expected an alias (*name) alone; remove its tag or anchor',
  BAD_ALIAS: 'expected a name after & or *; put a text that begins with & or * in quotes',
  BAD_COLLECTION_TYPE: 'expected a value of the kind that its tag (!) names; remove the tag',
  BAD_DIRECTIVE: 'expected a directive of YAML in a line that begins with %; remove the line',
  BAD_DQ_ESCAPE: 'expected a known escape after \\ in double quotes; write \\\\, or use single quotes',
  BAD_INDENT: 'expected the indentation of the lines above, or a closing bracket; align the line, or add the bracket',
  BAD_PROP_ORDER: 'expected anchors (&) and tags (!) right before a value; move or remove them',
  BAD_SCALAR_START: 'expected a text that begins with another character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'expected one key in a line; put a text with ": " in quotes, or begin a new line',
  BLOCK_IN_FLOW: 'expected a comma or a closing bracket; put a text with ": " in quotes, or write one key a line',
  DUPLICATE_KEY: 'expected each key once; keep one',
  IMPOSSIBLE: 'expected YAML; correct the line',
  KEY_OVER_1024_CHARS: 'expected a key of at most 1,024 characters; close the quote or bracket before it',
  MISSING_CHAR: 'expected a quote, a bracket, a comma, a colon or a space that is missing; add it',
  MULTILINE_IMPLICIT_KEY: 'expected a key in one line; add the ":" or the quote that is missing in it',
  MULTIPLE_ANCHORS: 'expected one anchor (&); keep one',
  MULTIPLE_DOCS: 'expected one document; remove the line --- or ... and what follows it',
  MULTIPLE_TAGS: 'expected one tag (!); keep one',
  NON_STRING_KEY: 'expected a text as a key; put it in quotes',
  RESOURCE_EXHAUSTION: 'expected fewer levels within each other; write the values out',
  TAB_AS_INDENT: 'expected spaces at the beginning of a line, got a tab; use spaces',
  TAG_RESOLVE_FAILED: 'expected a value without this tag (!); remove the tag',
  UNEXPECTED_TOKEN: 'expected a key or a value; correct the quotes, brackets and colons, or the indentation',
};
