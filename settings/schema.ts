import * as z from 'zod';
import { faultOf, nameOf, targetOf } from '../functions/collect/parse-target.ts';
import { patternFault } from '../functions/normalise/logs/patterns.ts';
import { settingsSchema } from '../functions/shared/domain/settings.ts';
import { deploymentSchema } from './deployment.ts';

/** Returns the fault of a target that is among those before it, to which it adds itself. */
function repetitionOf(address: string, names: Set<string>) {
  const name = nameOf(targetOf(address));
  if (names.has(name)) return { key: 'target', message: 'expected each target once' };
  names.add(name);
  return undefined;
}

/** The schema of one file: how Offbeat works, and how it is deployed. The embedded run does not use the second part. */
export const fileSchema = settingsSchema.extend({
  logs: settingsSchema.shape.logs.superRefine(({ redact }, context) => {
    for (const [nth, pattern] of redact.entries()) {
      const message = patternFault(pattern);
      if (message !== undefined) context.addIssue({ code: 'custom', path: ['redact', nth], message });
    }
  }),
  collect: settingsSchema.shape.collect.superRefine((targets, context) => {
    const names = new Set<string>();
    for (const [nth, target] of targets.entries()) {
      const fault = faultOf(target) ?? repetitionOf(target.target, names);
      if (fault !== undefined) context.addIssue({ code: 'custom', path: [nth, fault.key], message: fault.message });
    }
  }),
  deployment: deploymentSchema.prefault({}).describe('How Offbeat is deployed; the embedded run does not use it.'),
});

/** The steps from the top of the file to a value: each is a key, or an index in a list. */
export type Path = readonly PropertyKey[];

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

let jsonSchema: (SchemaNode & object) | undefined;

/** Returns the JSON schema of the file (https://json-schema.org, draft 2020-12). It is derived once. */
export function settingsJsonSchema(): object {
  jsonSchema ??= { title: 'offbeat.yaml', ...z.toJSONSchema(fileSchema, { io: 'input' }) } as SchemaNode;
  return jsonSchema;
}

/** Returns the keys that the schema allows at a path, in any alternative. */
export function knownKeys(path: Path): string[] {
  let nodes: SchemaNode[] = [settingsJsonSchema()];
  for (const step of path) {
    nodes = nodes.flatMap((node) => {
      const next = typeof step === 'number' ? node.items : ownValue(node.properties, String(step));
      return next === undefined ? [] : (next.anyOf ?? [next]);
    });
  }
  return [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))];
}

function ownValue<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
