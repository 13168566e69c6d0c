import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actions } from '../../../bin/account/actions.ts';
import type { Finding } from '../../../bin/account/finding.ts';
import { offbeat } from '../run-cli.ts';
import { RecordedAws } from './recorded-aws.ts';

const deployments = join(import.meta.dirname, '../../../docs/deployments');
const ofOpenSearch: readonly string[] = [actions.roleExists, actions.machineZones, actions.domainState];

let aws: RecordedAws;
beforeEach(async () => {
  aws = await RecordedAws.start();
});
afterEach(() => aws.close());

/** Returns the names of the checks that are made for one of `docs/deployments/`. */
async function checksOf(name: string): Promise<readonly string[]> {
  const { stdout } = await offbeat(['check-account', '--settings', join(deployments, `${name}.yaml`), '--json']);
  return (JSON.parse(stdout).findings as readonly Finding[]).map(({ check }) => check);
}

describe('check-account for a deployment without a warehouse', () => {
  it('asks nothing about OpenSearch, which it does for one that creates a domain', async () => {
    expect(await checksOf('minimal')).toEqual(expect.arrayContaining(['machines', 'role']));
    expect(aws.called.filter((action) => ofOpenSearch.includes(action))).not.toEqual([]);
    aws.called.length = 0;
    const checks = await checksOf('no-warehouse');
    expect(checks).toContain('brokers');
    expect(checks).not.toContain('machines');
    expect(checks).not.toContain('role');
    expect(aws.called.filter((action) => ofOpenSearch.includes(action))).toEqual([]);
  });
});
