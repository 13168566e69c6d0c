import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RecordedResources } from '../../../lib/create-only/record.ts';
import { deploymentNames } from '../../support/deployment.ts';
import { currentRecord, recordPathOf, refusals } from './project.ts';

describe.each(deploymentNames)('an update of the deployment %s to this code', (name) => {
  const recorded = JSON.parse(readFileSync(recordPathOf(name), 'utf8')) as RecordedResources;
  const current = currentRecord(name);

  it('replaces nothing that is stateful, and gives the MSK cluster one update at most', () => {
    expect(refusals(name, recorded, current)).toEqual([]);
  });

  it('has every resource in its record; if not, run `npm run create-only`', () => {
    expect(current).toEqual(recorded);
  });
});
