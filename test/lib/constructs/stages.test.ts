import { describe, expect, it } from 'vitest';
import type { FunctionName } from '../../../functions/functions.ts';
import { deployed } from '../../support/deployment.ts';

const minimal = deployed('minimal');

function propertiesOf(name: FunctionName) {
  const made = minimal.offbeat.functions.find((each) => each.name === name)!;
  const id = minimal.functions.getLogicalId(made.node.defaultChild as never);
  return minimal.resources.get(`${minimal.functions.stackName}/${id}`)!.Properties;
}

/** Of a deployment's own two, four and one partitions. */
describe.each([
  ['normalise', 3],
  ['detect', 5],
  ['alert', 2],
] as const)('the stage %s', (name, concurrency) => {
  it(`runs at most ${concurrency} at a time: one a partition, and one more`, () => {
    expect(propertiesOf(name).ReservedConcurrentExecutions).toBe(concurrency);
  });

  it("knows the ledger's table", () => {
    expect(propertiesOf(name).Environment.Variables).toHaveProperty('OFFBEAT_LEDGER_TABLE');
  });
});

describe('the bucket of objects', () => {
  it('is known to stages that keep state, and not to normalise', () => {
    const knows = (name: FunctionName): boolean => 'OFFBEAT_OBJECTS_BUCKET' in propertiesOf(name).Environment.Variables;
    expect([knows('detect'), knows('alert'), knows('normalise')]).toEqual([true, true, false]);
  });
});
