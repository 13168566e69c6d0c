/*
 * Writes the records of the create-only properties of `docs/deployments/` (`npm run create-only`). A change that would
 * replace something in a deployment of a user is refused, until its entry is deleted from the record by hand.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { RecordedResources } from '../../../lib/create-only/record.ts';
import { deploymentNames } from '../../support/deployment.ts';
import { currentRecord, recordPathOf, refusals } from './project.ts';

for (const name of deploymentNames) {
  const path = recordPathOf(name);
  const current = currentRecord(name);
  const recorded = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as RecordedResources) : {};
  const refused = refusals(name, recorded, current);
  if (refused.length === 0) writeFileSync(path, `${JSON.stringify(current, null, 2)}\n`);
  else process.exitCode = 1;
  for (const refusal of refused) process.stderr.write(`${name}: ${refusal}\n`);
}
