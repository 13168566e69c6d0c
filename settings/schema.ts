import * as z from 'zod';
import { settingsSchema } from '../functions/shared/domain/settings.ts';
import { deploymentSchema } from './deployment.ts';

/** The content of one file: how Offbeat works, and how it is deployed, which the embedded run does not read. */
export const fileSchema = settingsSchema.extend({
  deployment: deploymentSchema.prefault({}).describe('How it is deployed; the embedded run does not read it.'),
});

/** The steps from the top of the file to a value: a key, or a number in a list. */
export type Path = readonly PropertyKey[];

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

let jsonSchema: (SchemaNode & object) | undefined;

/** Returns the schema of the file, for editors: https://json-schema.org, draft 2020-12. It is derived once. */
export function settingsJsonSchema(): object {
  jsonSchema ??= { title: 'offbeat.yaml', ...z.toJSONSchema(fileSchema, { io: 'input' }) } as SchemaNode;
  return jsonSchema;
}

/** Returns the keys that the schema knows at a place, of all its alternatives. */
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
