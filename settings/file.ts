import { existsSync, readFileSync } from 'node:fs';
import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument, type Document as YamlDocument } from 'yaml';
import * as z from 'zod';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { type Settings, settingsSchema } from '../functions/shared/domain/settings.ts';
import { type DeploymentSettings, deploymentSchema } from './deployment.ts';
import { nearest } from './nearest.ts';

export const defaultSettingsPath = 'offbeat.yaml';

/** The file that is in force when none is named: `offbeat.yaml` where one starts from; `undefined` where there is none. */
export function settingsPath(given: string | undefined): string | undefined {
  return given ?? (existsSync(defaultSettingsPath) ? defaultSettingsPath : undefined);
}

/** What one file says: how Offbeat works, and how it is deployed, which the embedded run does not care for. */
const fileSchema = settingsSchema.extend({
  deployment: deploymentSchema.prefault({}).describe('How it is deployed; the embedded run does not read it.'),
});

export interface SettingsFile {
  readonly settings: Settings;
  /** As they stand in the file, without defaults: what each function is deployed with. */
  readonly written: z.input<typeof settingsSchema>;
  readonly deployment: DeploymentSettings;
}

/**
 * Settings from a YAML file, with the defaults for all that it leaves out.
 * @param path `undefined`: the defaults alone
 * @throws {UsageError} with every problem of the file, a line each: file, line, key, what was expected, what came
 */
export function loadSettings(path: string | undefined): Settings {
  return loadSettingsFile(path).settings;
}

/** The same with all that a deployment wants to know. */
export function loadSettingsFile(path: string | undefined): SettingsFile {
  return path === undefined ? parseSettingsFile('', 'offbeat.yaml') : parseSettingsFile(readText(path), path);
}

/** Settings of a text. @param name stands for the file in messages */
export function parseSettings(text: string, name: string): Settings {
  return parseSettingsFile(text, name).settings;
}

function parseSettingsFile(text: string, name: string): SettingsFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const say = (offset: number, problem: string): string => `${name}:${lines.linePos(offset).line}: ${problem}`;
  if (document.errors.length > 0) {
    throw new UsageError(document.errors.map(({ pos, message }) => say(pos[0], inOneLine(message))).join('\n'));
  }
  const plain = toPlain(document, name) ?? {};
  const parsed = fileSchema.safeParse(plain);
  if (parsed.success) {
    const { deployment, ...settings } = parsed.data;
    const { deployment: _, ...written } = plain as z.input<typeof fileSchema>;
    return { settings, written, deployment };
  }
  const problems = parsed.error.issues
    .flatMap((issue) => flatten(issue))
    .map((issue) => ({ offset: offsetOf(document, issue.path), text: describe(issue, document) }))
    .sort((a, b) => a.offset - b.offset);
  throw new UsageError(problems.map(({ offset, text }) => say(offset, text)).join('\n'));
}

/** The schema of the file, for editors: https://json-schema.org, draft 2020-12. */
export function settingsJsonSchema(): object {
  return { title: 'offbeat.yaml', ...z.toJSONSchema(fileSchema, { io: 'input' }) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new UsageError(
      `cannot read settings ${path} (${code}); name another file with --settings, or, for cdk, --context settings=FILE`,
      { cause: error },
    );
  }
}

function toPlain(document: YamlDocument, name: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${name}:1: ${inOneLine(reason)}; write the values out`, { cause: error });
  }
}

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** An issue of each unknown key, and in place of "none of the alternatives", unless the schema has words of its
 * own for it, those of the alternative that is nearest. */
function flatten(issue: Issue): Issue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ ...issue, keys: [key], path: [...issue.path, key] }));
  }
  if (issue.code !== 'invalid_union' || issue.errors.length === 0 || issue.message !== 'Invalid input') return [issue];
  const strays = (issues: readonly Issue[]): number =>
    issues.filter(({ code, path }) => code === 'unrecognized_keys' && path.length === 0).length;
  const [closest] = [...issue.errors].sort((a, b) => strays(a) - strays(b) || a.length - b.length);
  return closest!.flatMap((inner) => flatten({ ...inner, path: [...issue.path, ...inner.path] }));
}

function describe(issue: Issue, document: YamlDocument): string {
  const key = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') return `${key}: ${remedyForUnknown(issue.path)}`;
  const value: unknown = document.getIn(issue.path);
  const expected = issue.message.replace(/^(Invalid input|Invalid option|Too small|Too big): /, '');
  if (value === undefined) return `${key || 'the file'}: is missing; ${expectation(expected)}`;
  return `${key || 'the file'}: ${expectation(expected)}, got ${shown(value, issue.path)}`;
}

/** zod's own words end in what came, which is said with its value instead. */
function expectation(message: string): string {
  return message.replace(/, received .*$/, '');
}

/** What a person wrote in place of a reference may be the secret itself, and the address of a webhook often is one. */
function shown(value: unknown, path: Path): string {
  const key = path.at(-1);
  if (key === 'secret' || key === 'url') return 'a value that is not shown here';
  const plain = typeof value === 'object' && value !== null && 'toJSON' in value ? value : { toJSON: () => value };
  return (JSON.stringify(plain) ?? 'nothing').slice(0, 80);
}

function remedyForUnknown(path: Path): string {
  const known = knownKeys(path.slice(0, -1));
  const key = String(path.at(-1));
  if (known.includes(key)) return 'it does not go with the keys beside it; leave it out, or them';
  const close = nearest(key, known);
  return `unknown key; ${close === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${close}?`}`;
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

/** The keys that the schema knows at a place, of all its alternatives. */
function knownKeys(path: Path): string[] {
  let nodes: SchemaNode[] = [settingsJsonSchema()];
  for (const step of path) {
    nodes = nodes.flatMap((node) => {
      const next = typeof step === 'number' ? node.items : node.properties?.[String(step)];
      return next === undefined ? [] : (next.anyOf ?? [next]);
    });
  }
  return [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))];
}

/** `receivers[0].webhook.url` */
function pathText(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('');
}

/** Where a key stands in the text, or the nearest thing around it that stands there. */
function offsetOf(document: YamlDocument, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined;
    if (pair !== undefined) offset = startOf(pair.key) ?? offset;
    node = isPair(pair) ? pair.value : at(node, step);
    if (pair === undefined) offset = startOf(node) ?? offset;
  }
  return offset;
}

function at(node: unknown, step: PropertyKey): unknown {
  const items = typeof node === 'object' && node !== null && 'items' in node ? node.items : undefined;
  return Array.isArray(items) ? items[Number(step)] : undefined;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function inOneLine(message: string): string {
  return message.split('\n', 1)[0]!.replace(/:$/, '');
}
