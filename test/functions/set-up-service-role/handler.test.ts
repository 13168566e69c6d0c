import { IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSetUpServiceRole } from '../../../functions/set-up-service-role/handler.ts';
import { clientConfig } from '../../../functions/shared/adapters/aws/client-config.ts';
import { iamServiceRoles } from '../../../functions/shared/adapters/iam/service-roles.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { FakeIam, openSearchRole, type Refusal } from '../../support/fake-iam.ts';
import { lambdaContext } from '../../support/lambda-context.ts';

const service = 'opensearchservice.amazonaws.com';
const PhysicalResourceId = 'offbeat-service-role';
const done = { PhysicalResourceId, Data: { roleName: openSearchRole } };
const read = `GetRole ${openSearchRole}`;
const creation = `CreateServiceLinkedRole ${service}`;

let iam: FakeIam;
let client: IAMClient;
let telemetry: MemoryTelemetry;
/** The time, in ms since 1970, which only waits move. */
let nowMs: number;
let startedAtMs: number;

beforeAll(async () => {
  iam = new FakeIam();
  const endpoint = await iam.listen();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new IAMClient({ ...clientConfig({ endpoint, region: 'eu-central-1', attemptsMax: 1 }), credentials });
});
afterAll(() => iam.close());
beforeEach(() => {
  telemetry = new MemoryTelemetry(() => {});
  startedAtMs = Date.UTC(2026, 10, 29);
  nowMs = startedAtMs;
  iam.roles.clear();
  iam.asked.length = 0;
  iam.refusal = undefined;
  iam.hiddenFor = 0;
  iam.deniedFor = 0;
  iam.now = () => nowMs;
});

function invoke(event: object): Promise<unknown> {
  const wait = async (ms: number) => {
    nowMs += ms;
  };
  const timing = { nowMs: () => nowMs, wait };
  return createSetUpServiceRole({ roles: iamServiceRoles({ client }), telemetry, timing })(event, lambdaContext());
}

const create = (properties: object = {}) =>
  invoke({ RequestType: 'Create', ResourceProperties: { roleName: openSearchRole, service, ...properties } });

const secondsPassed = () => (nowMs - startedAtMs) / 1_000;

const taken: Refusal = {
  status: 400,
  code: 'InvalidInput',
  message: `Service role name ${openSearchRole} has been taken in this account, please try a different suffix.`,
};

describe('set-up-service-role', () => {
  it('creates the role where the account has none, and lets the service see it for two minutes before the domain', async () => {
    expect(await create()).toEqual(done);
    expect(iam.asked.slice(0, 3)).toEqual([read, creation, read]);
    expect(secondsPassed()).toBe(120);
  });

  it('changes nothing and waits for nothing where the role is old', async () => {
    iam.roles.set(openSearchRole, new Date('2020-01-01T00:00:00Z'));
    expect(await create()).toEqual(done);
    expect(iam.asked).toEqual([read]);
    expect(secondsPassed()).toBe(0);
  });

  it('creates the role once, however often the stack is deployed', async () => {
    await create();
    expect(await create()).toEqual(done);
    expect(iam.asked.filter((each) => each === creation)).toEqual([creation]);
  });

  it('accepts that IAM has the role and does not show it yet', async () => {
    iam.roles.set(openSearchRole, new Date('2020-01-01T00:00:00Z'));
    iam.hiddenFor = 3;
    iam.refusal = taken;
    expect(await create()).toEqual(done);
    expect(iam.asked).toEqual([read, creation, read, read, read]);
    expect(secondsPassed()).toBe(15);
  });

  it('waits until IAM shows a role that it created', async () => {
    iam.hiddenFor = 40;
    expect(await create()).toEqual(done);
    // One look every 5 s, of which the 41st sees the role; the first look was before there was one.
    expect(secondsPassed()).toBe(205);
  });

  it('fails after four minutes with the command that shows the role', async () => {
    iam.hiddenFor = Number.POSITIVE_INFINITY;
    await expect(create()).rejects.toThrow(
      `IAM does not show the role ${openSearchRole} as settled, 240 s after it was requested: ` +
        `wait until aws iam get-role --role-name ${openSearchRole} finds it, and deploy again`,
    );
    expect(secondsPassed()).toBe(240);
    expect(telemetry.counts()).toEqual({ 'failures{reason=UNAVAILABLE,stage=set-up-service-role}': 1 });
  });

  it('names the remedy where a policy denies the creation', async () => {
    const message = `User: offbeat is not authorized to perform: iam:CreateServiceLinkedRole with an explicit deny`;
    iam.refusal = { status: 403, code: 'AccessDenied', message };
    await expect(create()).rejects.toThrow(
      `IAM denies to create the service-linked role of ${service} (${message}): have it created by someone who may, ` +
        `with aws iam create-service-linked-role --aws-service-name ${service}, and deploy again`,
    );
    expect(iam.asked).toEqual([read, creation]);
  });

  it('waits until its own permissions are effective', async () => {
    iam.deniedFor = 3;
    expect(await create()).toEqual(done);
    expect(iam.asked.slice(0, 5)).toEqual([read, read, read, read, creation]);
    // Three waits of 5 s, then two minutes for the role.
    expect(secondsPassed()).toBe(135);
  });

  it('names the remedy where no policy allows it for two minutes', async () => {
    iam.deniedFor = Number.POSITIVE_INFINITY;
    await expect(create()).rejects.toThrow(`allow iam:GetRole on it, and deploy again`);
    expect(secondsPassed()).toBe(120);
    expect(telemetry.counts()).toEqual({ 'failures{reason=DENIED,stage=set-up-service-role}': 1 });
  });

  it.each<[string, Refusal]>([
    [
      'another error with the same code',
      { ...taken, message: `Cannot find Service Linked Role template for ${service}` },
    ],
    ['the same message with another code', { ...taken, code: 'LimitExceeded' }],
  ])('fails for %s', async (_, refusal) => {
    iam.refusal = refusal;
    await expect(create()).rejects.toThrow(
      `IAM, create the service-linked role of ${service}: ${refusal.code}Exception: ${refusal.message}`,
    );
    expect(iam.asked).toEqual([read, creation]);
  });

  it('reports that IAM does not answer as something that may pass', async () => {
    iam.refusal = { status: 503, code: 'ServiceUnavailable', message: 'try later' };
    await expect(create()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it.each([
    [{ roleName: 'offbeat' }, 'ResourceProperties.roleName: expected the name of a service-linked role'],
    [{ service: 'es' }, 'ResourceProperties.service: expected a service'],
  ])('reports what is wrong with %o, and calls no API', async (properties, problem) => {
    await expect(create(properties)).rejects.toThrow(problem);
    expect(iam.asked).toEqual([]);
  });

  it('leaves the role when the stack is deleted: other domains of the account use it', async () => {
    await create();
    iam.asked.length = 0;
    const deletion = { RequestType: 'Delete', PhysicalResourceId, ResourceProperties: {} };
    expect(await invoke(deletion)).toEqual({ PhysicalResourceId });
    expect(iam.asked).toEqual([]);
    expect([...iam.roles.keys()]).toEqual([openSearchRole]);
  });
});
