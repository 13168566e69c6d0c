import { CfnResource, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import * as z from 'zod';
import { CreateOnlyProperties } from './create-only/plugin.ts';
import { createOnly } from './create-only/properties.ts';
import type { RecordedResources, Value } from './create-only/record.ts';
import type { ResourceRecords } from './create-only/resource-records.ts';
import type { LayoutEntry } from './layout-file.ts';

const resourceSchema = z.object({
  type: z.string(),
  properties: z.record(z.string(), z.custom<Value>()),
  kept: z.record(z.string(), z.custom<Value>()).optional(),
  updates: z.record(z.string(), z.custom<Value>()).optional(),
});
const resourcesSchema = z.record(z.string(), resourceSchema);

/**
 * Records, at each synth that passes, the stateful resources below some constructs, and saves the entry with everything
 * else that was recorded in it. Refuses a later synth that would replace one, or that makes an update that AWS refuses,
 * such as one to an older version.
 * @param constructs the deployment: stacks, or constructs in a stack; at least one
 * @throws {UsageError} if the file has another form
 */
export function recordResources(entry: LayoutEntry, ...constructs: readonly IConstruct[]): void {
  const [first] = constructs;
  Validations.of(first!).addPlugins(new CreateOnlyProperties(constructs, recordsIn(entry)));
}

/** Returns whether a construct is a resource whose create-only properties are recorded. */
export const isRecorded = (each: IConstruct): boolean =>
  CfnResource.isCfnResource(each) && Object.hasOwn(createOnly, each.cfnResourceType);

const recordsIn = (entry: LayoutEntry): ResourceRecords => ({
  place: { file: entry.file, entry: `"resources" of "${entry.key}"` },
  read: () => entry.read('resources', resourcesSchema) as RecordedResources | undefined,
  write: (resources) => {
    entry.record('resources', resources);
    entry.save();
  },
});
