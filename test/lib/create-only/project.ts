import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusedChanges } from '../../../lib/create-only/compare.ts';
import { messageOf } from '../../../lib/create-only/messages.ts';
import { type RecordedResources, recordOf, type Template } from '../../../lib/create-only/record.ts';
import type { RefusedChange } from '../../../lib/create-only/refused-change.ts';
import { type DeploymentName, deployed } from '../../support/deployment.ts';

/** Returns the path of the record of a deployment of `docs/deployments/`, from the root of the clone. */
export const recordFileOf = (name: DeploymentName): string => `test/lib/create-only/${name}.json`;

const clone = join(import.meta.dirname, '../../..');
export const recordPathOf = (name: DeploymentName): string => join(clone, recordFileOf(name));

/** Returns the record of a deployment as the code makes it now. */
export function currentRecord(name: DeploymentName): RecordedResources {
  const { stacks, outdir } = deployed(name);
  const templates = stacks.map(({ stackName, templateFile }): Template => {
    const template = JSON.parse(readFileSync(join(outdir, templateFile), 'utf8')) as Omit<Template, 'stackName'>;
    return { ...template, stackName };
  });
  return recordOf(templates);
}

/** Returns a message for each refused change of a deployment since its record. */
export function refusals(name: DeploymentName, recorded: RecordedResources, current: RecordedResources): string[] {
  const place = { file: recordFileOf(name), entry: 'the record' };
  return refusedChanges(recorded, current).map((change: RefusedChange) => {
    const { description, fix } = messageOf(change, place);
    return `${description}. ${fix}`;
  });
}
