import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { UsageError } from '../domain/errors.ts';
import { type Settings, settingsSchema } from '../domain/settings.ts';
import type { Layout } from '../log/layout.ts';
import { onePartitionEach, type Topic } from '../log/topics.ts';

/**
 * The file beside a function's bundle with its settings and layout. They are not in the environment, which has only 4
 * KB.
 */
export const deployedFile = 'offbeat.json';

const count = z.int().min(1).max(10_000);
const topicNames = Object.keys(onePartitionEach) as Topic[];

/** A schema of this file. The settings are those of `offbeat.yaml`, unchanged; the schema adds the defaults. */
const deployedSchema = z.strictObject({
  settings: settingsSchema,
  layout: z.strictObject({
    partitions: z.strictObject(
      Object.fromEntries(topicNames.map((topic) => [topic, count])) as Record<Topic, typeof count>,
    ),
  }),
});

export type Deployed = z.input<typeof deployedSchema>;

/**
 * Reads the settings and the layout with which this function was deployed.
 * @param folder the folder of the bundle
 * @throws {UsageError} if the file does not exist or does not fit its schema
 */
export function readDeployed(folder: string): { readonly settings: Settings; readonly layout: Layout } {
  const path = `${folder}/${deployedFile}`;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} does not exist: a function is deployed with its settings`, { cause: error });
  }
  const parsed = deployedSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${path}: ${issue?.path.join('.')}: ${issue?.message}`, { cause: parsed.error });
}
