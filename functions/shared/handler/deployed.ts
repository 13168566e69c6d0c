import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { UsageError } from '../domain/errors.ts';
import { type Layout, type Settings, settingsSchema } from '../domain/settings.ts';
import { onePartitionEach, type Topic } from '../log/topics.ts';

/** The file beside a function's bundle that holds what it was deployed with: an environment has 4 KB only. */
export const deployedFile = 'offbeat.json';

const count = z.int().min(1).max(10_000);
const topicNames = Object.keys(onePartitionEach) as Topic[];

/** Settings are those of `offbeat.yaml` as they stand there; the schema gives them their defaults again. */
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
 * What this function was deployed with.
 * @param folder that of the bundle
 * @throws {UsageError} if the file is not there or holds something else
 */
export function readDeployed(folder: string): { readonly settings: Settings; readonly layout: Layout } {
  const path = `${folder}/${deployedFile}`;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} is not there: a function is deployed with its settings`, { cause: error });
  }
  const parsed = deployedSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${path}: ${issue?.path.join('.')}: ${issue?.message}`, { cause: parsed.error });
}
