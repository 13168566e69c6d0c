import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  type CustomResource,
  isResourceEvent,
  resourceHandler,
} from '../../../../functions/shared/handler/resource-handler.ts';
import { MemoryTelemetry } from '../../../../local/memory-telemetry.ts';
import { lambdaContext } from '../../../support/lambda-context.ts';

const properties = z.looseObject({ size: z.string().regex(/^\d+$/, 'expected a whole number') });
type Properties = z.infer<typeof properties>;

/** A resource that keeps what it was set to. */
function open(
  set: CustomResource<Properties>['set'] = async () => ({ made: 1 }),
  beforeCreate: CustomResource<Properties>['beforeCreate'] = async () => {},
) {
  const sets: Properties[] = [];
  const telemetry = new MemoryTelemetry(() => {});
  const resource = {
    id: 'the-thing',
    properties,
    beforeCreate,
    set: (given: Properties) => {
      sets.push(given);
      return set(given);
    },
  };
  const handler = resourceHandler('set-up-thing', telemetry, resource);
  return { invoke: (event: unknown) => handler(event, lambdaContext()), sets, telemetry };
}

// As CDK's Provider framework passes it on; README of aws-cdk-lib/custom-resources.
const framework = { ServiceToken: 'arn', StackId: 's', RequestId: 'r', LogicalResourceId: 'Thing', ResourceType: 't' };
const ResourceProperties = { ServiceToken: 'arn', size: '3' };

describe('a custom resource', () => {
  it('a custom resource is created, and keeps its id when it is updated', async () => {
    const { invoke, sets } = open();
    const answer = { PhysicalResourceId: 'the-thing', Data: { made: 1 } };
    expect(await invoke({ ...framework, RequestType: 'Create', ResourceProperties })).toEqual(answer);
    const update = { ...framework, RequestType: 'Update', PhysicalResourceId: 'the-thing', ResourceProperties };
    expect(await invoke({ ...update, OldResourceProperties: { size: '2' } })).toEqual(answer);
    expect(sets.map(({ size }) => size)).toEqual(['3', '3']);
  });

  it('a check before the creation gets the properties, and is not repeated at an update', async () => {
    const checked: string[] = [];
    const { invoke, sets } = open(undefined, async ({ size }) => void checked.push(size));
    await invoke({ RequestType: 'Create', ResourceProperties: { size: '3' } });
    await invoke({ RequestType: 'Update', ResourceProperties: { size: '4' } });
    expect(checked).toEqual(['3']);
    expect(sets.map(({ size }) => size)).toEqual(['3', '4']);
  });

  it('a check before the creation that fails keeps the resource from being set', async () => {
    const { invoke, sets } = open(undefined, () => Promise.reject(new Error('in use')));
    await expect(invoke({ RequestType: 'Create', ResourceProperties })).rejects.toThrow('in use');
    expect(sets).toEqual([]);
  });

  it('a deletion of a custom resource does nothing, whatever its properties', async () => {
    const { invoke, sets } = open();
    const event = { ...framework, RequestType: 'Delete', PhysicalResourceId: 'an-older-id', ResourceProperties: {} };
    expect(await invoke(event)).toEqual({ PhysicalResourceId: 'an-older-id' });
    expect(sets).toEqual([]);
  });

  it.each<[unknown, string]>([
    [{ RequestType: 'Create', ResourceProperties: { size: 'three' } }, 'ResourceProperties.size: expected a whole'],
    [{ RequestType: 'Create', ResourceProperties: {} }, 'ResourceProperties.size: '],
    [{ RequestType: 'Create' }, 'ResourceProperties: '],
    [{ RequestType: 'Destroy' }, 'RequestType: '],
    ['Create', 'event: '],
  ])('an error names what is wrong with %j', async (event, problem) => {
    const { invoke, sets, telemetry } = open();
    await expect(invoke(event)).rejects.toThrow(problem);
    expect(sets).toEqual([]);
    expect(telemetry.counts()).toEqual({ 'failures{reason=USAGE,stage=set-up-thing}': 1 });
  });

  it('a deployment fails with the message of the error', async () => {
    const { invoke } = open(() => Promise.reject(new Error('no capacity')));
    await expect(invoke({ RequestType: 'Create', ResourceProperties })).rejects.toThrow('no capacity');
  });
});

describe('an event', () => {
  it.each([
    [{ RequestType: 'Delete' }, true],
    [{}, false],
    [null, false],
    ['Create', false],
  ])('%j is a custom resource’s: %s', (event, expected) => {
    expect(isResourceEvent(event)).toBe(expected);
  });
});
