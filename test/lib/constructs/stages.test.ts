import { describe, expect, it } from 'vitest';
import type { FunctionName } from '../../../functions/functions.ts';
import { synthesise } from '../../support/deployment.ts';

const minimal = synthesise('deployment: { reserveConcurrency: true, partitions: { beats: 2, samples: 4 } }');

function propertiesOf(name: FunctionName) {
  const made = minimal.offbeat.functions.find((each) => each.name === name)!;
  const id = minimal.functions.getLogicalId(made.node.defaultChild as never);
  return minimal.resources.get(`${minimal.functions.stackName}/${id}`)!.Properties;
}

/** The stages and their concurrency, with two, four and one partitions. */
describe.each([
  ['normalise', 3],
  ['detect', 5],
  ['alert', 2],
] as const)('the stage %s', (name, concurrency) => {
  it(`reserves a concurrency of ${concurrency}: one for each partition, and one more`, () => {
    expect(propertiesOf(name).ReservedConcurrentExecutions).toBe(concurrency);
  });

  it("has the ledger's table in its environment", () => {
    expect(propertiesOf(name).Environment.Variables).toHaveProperty('OFFBEAT_LEDGER_TABLE');
  });
});

describe('the bucket of objects', () => {
  it('is in the environment of stages that keep state, and not of normalise', () => {
    const knows = (name: FunctionName): boolean => 'OFFBEAT_OBJECTS_BUCKET' in propertiesOf(name).Environment.Variables;
    expect([knows('detect'), knows('alert'), knows('normalise')]).toEqual([true, true, false]);
  });
});
