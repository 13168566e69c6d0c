import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../bin/account/finding.ts';
import { judgeOpenSearchRole, judgeSecret } from '../../../bin/account/judge-access.ts';
import { judgeConcurrency, judgeLogPolicies, judgeQuota } from '../../../bin/account/judge-limits.ts';
import { judgeStacks } from '../../../bin/account/judge-stacks.ts';
import { judgeZones } from '../../../bin/account/judge-zones.ts';
import type { StackAnswer, ZoneAnswer } from '../../../bin/account/port.ts';

const stack = (name: string, status = 'CREATE_COMPLETE', more: Partial<StackAnswer> = {}): StackAnswer => ({
  ...{ name, status, isProtected: false },
  ...more,
});
const statesOf = (findings: readonly Finding[]) => findings.map(({ state }) => state);

describe('the judgement of the stacks', () => {
  const [network, state, functions] = [stack('Offbeat-Network'), stack('Offbeat-State'), stack('Offbeat')];

  it('is good before a first deployment, and after one', () => {
    expect(statesOf(judgeStacks([], true))).toEqual(['ok']);
    const isProtected = { isProtected: true };
    const kept = [
      stack('Offbeat-Network', 'UPDATE_COMPLETE', isProtected),
      stack('Offbeat-State', 'CREATE_COMPLETE', isProtected),
    ];
    expect(statesOf(judgeStacks([...kept, functions], true))).toEqual(['ok']);
  });

  it('reminds of protection once the deployment has succeeded, and not before', () => {
    const reminder = judgeStacks([network, state, functions], true).find(({ check }) => check === 'protection');
    expect(reminder).toMatchObject({
      state: 'warning',
      remedy: ['deployment:', '  protected: true', 'npx cdk deploy --all'],
    });
    expect(reminder!.message).toContain('Offbeat-Network, Offbeat-State');
    expect(judgeStacks([network, state], true).some(({ check }) => check === 'protection')).toBe(false);
    const failed = [network, state, stack('Offbeat', 'ROLLBACK_COMPLETE')];
    expect(judgeStacks(failed, true).some(({ check }) => check === 'protection')).toBe(false);
  });

  it('does not remind where no data is kept', () => {
    expect(judgeStacks([network, state, functions], false).some(({ check }) => check === 'protection')).toBe(false);
  });

  it('leaves a creation that was rolled back to CDK, which replaces it unless it is protected', () => {
    expect(statesOf(judgeStacks([stack('Offbeat-State', 'ROLLBACK_COMPLETE')], true))).toEqual(['warning']);
    const [found] = judgeStacks([stack('Offbeat-State', 'ROLLBACK_COMPLETE', { isProtected: true })], true);
    expect(found!.state).toBe('problem');
    expect(found!.remedy.slice(1)).toEqual([
      'aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name Offbeat-State',
      'aws cloudformation delete-stack --stack-name Offbeat-State',
    ]);
  });

  it('names what a failed roll-back left before it names the deletion, which would keep data in no stack', () => {
    const [found] = judgeStacks([stack('Offbeat-State', 'ROLLBACK_FAILED')], true);
    expect(found!.message).toContain('leaves what has data, billed, in no stack');
    expect(found!.remedy.map((command) => command.split(' ')[2])).toEqual([
      'describe-stack-events',
      'describe-stack-resources',
      'delete-stack',
    ]);
  });

  it('rolls back a creation without roll-back: a deletion would keep data in no stack', () => {
    const [found] = judgeStacks([stack('Offbeat-State', 'CREATE_FAILED')], true);
    expect(found).toMatchObject({ state: 'problem' });
    expect(found!.remedy).toContain('npx cdk rollback Offbeat-State');
    expect(found!.remedy.join()).not.toContain('delete-stack');
  });

  it.each(['ROLLBACK_FAILED', 'DELETE_FAILED'])('names a stack that is %s, and how to delete it', (status) => {
    const [found] = judgeStacks([stack('Offbeat-DataHub', status)], true);
    expect(found).toMatchObject({ state: 'problem' });
    expect(found!.message).toContain(`Offbeat-DataHub is ${status}`);
    expect(found!.remedy).toContain('aws cloudformation delete-stack --stack-name Offbeat-DataHub');
  });

  it.each([
    ['UPDATE_ROLLBACK_FAILED', 'aws cloudformation continue-update-rollback --stack-name Offbeat'],
    ['UPDATE_FAILED', 'npx cdk rollback Offbeat'],
  ])('does not advise to delete a stack that is %s, which contains data', (status, remedy) => {
    const [found] = judgeStacks([stack('Offbeat', status)], true);
    expect(found!.state).toBe('problem');
    expect(found!.remedy).toContain(remedy);
    expect(found!.remedy.join()).not.toContain('delete-stack');
  });

  it('shows how a roll-back skips what cannot go back, and how to find its id', () => {
    const [found] = judgeStacks([stack('Offbeat-State', 'UPDATE_ROLLBACK_FAILED')], true);
    const proceed = 'aws cloudformation continue-update-rollback --stack-name Offbeat-State';
    expect(found!.remedy).toContain(`${proceed} --resources-to-skip LOGICAL_ID`);
    const ids = found!.remedy.find((line) => line.includes('LogicalResourceId') && line.includes('UPDATE_FAILED'));
    expect(ids).toMatch(/^aws cloudformation describe-stack-resources --stack-name Offbeat-State /);
  });

  it('waits for a stack that is in progress', () => {
    expect(statesOf(judgeStacks([stack('Offbeat', 'DELETE_IN_PROGRESS')], true))).toContain('problem');
    expect(statesOf(judgeStacks([stack('Offbeat', 'UPDATE_IN_PROGRESS')], true))).toContain('problem');
    expect(statesOf(judgeStacks([stack('Offbeat', 'REVIEW_IN_PROGRESS')], true))).not.toContain('problem');
  });
});

describe('the judgement of the zones', () => {
  const zonesOf = (region: string, ids: readonly string[]): ZoneAnswer[] =>
    ids.map((id, nth) => ({ name: `${region}${'abcdef'[nth]}`, id, state: 'available' }));
  const minimal = { size: 'minimal', zoneCount: 2, zones: [], brokers: 2, createsVpc: true } as const;
  const production = { ...minimal, size: 'production', zoneCount: 3, brokers: 3 } as const;
  // The names of an account in which the refused zone, use1-az3, is the first one.
  const virginia = zonesOf('us-east-1', ['use1-az3', 'use1-az1', 'use1-az2']);
  const stockholm = zonesOf('eu-north-1', ['eun1-az1', 'eun1-az2', 'eun1-az3']);

  it('prints each name with its id, and lines to paste', () => {
    const { state, message, remedy } = judgeZones(stockholm, minimal, 'eu-north-1');
    expect(state).toBe('ok');
    expect(message).toContain('eu-north-1a (eun1-az1), eu-north-1b (eun1-az2)');
    expect(remedy).toEqual(['deployment:', '  zones: [eu-north-1a, eu-north-1b]']);
  });

  it('requires named zones in us-east-1, and offers none that MSK refuses', () => {
    const { state, message, remedy } = judgeZones(virginia, minimal, 'us-east-1');
    expect(state).toBe('problem');
    expect(message).toContain('us-east-1a (use1-az3, refused by MSK)');
    expect(remedy).toEqual(['deployment:', '  zones: [us-east-1b, us-east-1c]']);
  });

  it('refuses a named zone that MSK refuses, unless the brokers exist', () => {
    const zones = ['us-east-1a', 'us-east-1b'];
    expect(judgeZones(virginia, { ...minimal, zones }, 'us-east-1').state).toBe('problem');
    expect(judgeZones(virginia, { ...minimal, zones, brokers: 0 }, 'us-east-1').state).toBe('ok');
    expect(judgeZones(virginia, { ...minimal, zones: ['us-east-1b', 'us-east-1c'] }, 'us-east-1').state).toBe('ok');
  });

  it('refuses a zone that the region does not have, or that cannot be used', () => {
    const named = { ...minimal, zones: ['eu-north-1a', 'eu-north-1z'] };
    expect(judgeZones(stockholm, named, 'eu-north-1').message).toContain('eu-north-1z, which eu-north-1 does not have');
    const impaired = stockholm.map((zone, nth) => (nth === 0 ? { ...zone, state: 'unavailable' } : zone));
    const { state, remedy } = judgeZones(impaired, { ...minimal, zones: ['eu-north-1a', 'eu-north-1b'] }, 'eu-north-1');
    expect(state).toBe('problem');
    expect(remedy).toEqual(['deployment:', '  zones: [eu-north-1b, eu-north-1c]']);
  });

  it('refuses production in us-west-1, where MSK accepts exactly two subnets', () => {
    const california = zonesOf('us-west-1', ['usw1-az1', 'usw1-az3']);
    expect(judgeZones(california, production, 'us-west-1').message).toContain('exactly two subnets in us-west-1');
    const zones = ['us-west-1a', 'us-west-1b'];
    expect(judgeZones(california, { ...minimal, zones }, 'us-west-1').state).toBe('ok');
    expect(judgeZones(california, minimal, 'us-west-1').remedy).toEqual([
      'deployment:',
      `  zones: [${zones.join(', ')}]`,
    ]);
  });

  it('refuses production where two zones are left, and offers minimal', () => {
    const { state, remedy } = judgeZones(virginia, production, 'us-east-1');
    expect({ state, remedy }).toEqual({ state: 'problem', remedy: ['deployment:', '  size: minimal'] });
  });

  it('never offers a refused or absent zone, and always as many as are needed', () => {
    const zone = fc.record({
      name: fc.constantFrom(...'abcdef').map((letter) => `us-east-1${letter}`),
      id: fc.constantFrom(1, 2, 3, 4, 5, 6).map((nth) => `use1-az${nth}`),
      state: fc.constantFrom('available', 'impaired', 'unavailable'),
    });
    const plan = fc.record({
      plan: fc.constantFrom(minimal, production),
      zones: fc.array(fc.constantFrom('us-east-1a', 'us-east-1c', 'elsewhere'), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(zone, { selector: ({ name }) => name }),
        plan,
        (zones, { plan: size, zones: named }) => {
          const { remedy } = judgeZones(zones, { ...size, zones: named }, 'us-east-1');
          const line = remedy.find((text) => text.includes('zones:'));
          if (line === undefined) return;
          const offered = /\[(.*)\]/.exec(line)![1]!.split(', ');
          expect(offered).toHaveLength(size.zoneCount);
          for (const name of offered) {
            expect(zones.find((each) => each.name === name)).toMatchObject({ state: 'available' });
            expect(zones.find((each) => each.name === name)!.id).not.toBe('use1-az3');
          }
        },
      ),
    );
  });
});

describe('the judgement of Lambda’s concurrency', () => {
  const plan = { reserved: 18, pollersMax: 30 };

  it('leaves 100 for all other functions, as AWS demands', () => {
    expect(judgeConcurrency({ limit: 1_000, unreserved: 118 }, plan, false).state).toBe('ok');
    const short = judgeConcurrency({ limit: 1_000, unreserved: 117 }, plan, false);
    expect(short.state).toBe('problem');
    expect(short.remedy).toContain('  reserveConcurrency: false');
    expect(short.remedy.at(-1)).toMatch(/--service-code lambda --quota-code L-B99A9384 --desired-value 1001$/);
  });

  it('does not demand again what deployed functions have reserved', () => {
    expect(judgeConcurrency({ limit: 200, unreserved: 100 }, plan, true).state).toBe('ok');
  });

  it('warns of the limit of a new account where nothing is reserved', () => {
    expect(judgeConcurrency({ limit: 10, unreserved: 10 }, { reserved: 0, pollersMax: 30 }, false)).toMatchObject({
      state: 'warning',
    });
  });

  it('is a problem exactly where AWS would refuse the reservations', () => {
    const numbers = fc.record({ limit: fc.nat(2_000), reserved: fc.nat(300), others: fc.nat(1_000) });
    fc.assert(
      fc.property(numbers, ({ limit, reserved, others }) => {
        const unreserved = Math.max(0, limit - others);
        const { state } = judgeConcurrency({ limit, unreserved }, { reserved, pollersMax: 0 }, false);
        expect(state === 'problem').toBe(reserved > 0 && unreserved - reserved < 100);
      }),
    );
  });
});

describe('the judgement of a limit', () => {
  it('allows the tenth resource policy of CloudWatch Logs, and not the eleventh', () => {
    expect(judgeLogPolicies(9, { created: 1, perhaps: 0 }).state).toBe('ok');
    expect(judgeLogPolicies(10, { created: 1, perhaps: 0 }).state).toBe('problem');
  });

  it('warns where API Gateway has no room for the policy that it may add', () => {
    expect(judgeLogPolicies(8, { created: 1, perhaps: 1 }).state).toBe('ok');
    expect(judgeLogPolicies(9, { created: 1, perhaps: 1 }).state).toBe('warning');
    expect(judgeLogPolicies(10, { created: 0, perhaps: 1 })).toMatchObject({
      state: 'warning',
      message: expect.stringContaining('API Gateway may add 1 for the access logs of the HTTP API'),
    });
  });

  it('is a problem above a quota, and a warning above a default that is only assumed', () => {
    expect(judgeQuota('vpcs', { existing: 4, added: 1, quota: 5 }).state).toBe('ok');
    expect(judgeQuota('vpcs', { existing: 5, added: 1, quota: 5 })).toMatchObject({
      state: 'problem',
      remedy: [
        'aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value 6',
      ],
    });
    expect(judgeQuota('vpcs', { existing: 5, added: 1, quota: undefined }).state).toBe('warning');
    // 90 brokers: https://docs.aws.amazon.com/msk/latest/developerguide/limits.html
    expect(judgeQuota('brokers', { existing: 88, added: 2, quota: undefined }).state).toBe('ok');
    expect(judgeQuota('brokers', { existing: 88, added: 3, quota: undefined }).state).toBe('warning');
  });
});

describe('the judgement of roles and secrets', () => {
  it('accepts that the role of OpenSearch does not exist, because the deployment makes it', () => {
    expect(judgeOpenSearchRole(true).state).toBe('ok');
    expect(judgeOpenSearchRole(false)).toMatchObject({ state: 'ok', remedy: [] });
  });

  it('warns of a missing secret with the command that makes it, and of one that is being deleted', () => {
    expect(judgeSecret('offbeat/on-call', 'pager', 'present').state).toBe('ok');
    expect(judgeSecret('offbeat/on-call', 'pager', 'absent')).toMatchObject({
      state: 'warning',
      remedy: [
        'aws secretsmanager create-secret --name offbeat/on-call --secret-string "whsec_$(openssl rand -base64 32)"',
      ],
    });
    expect(judgeSecret('offbeat/on-call', 'pager', 'scheduled for deletion').remedy).toEqual([
      'aws secretsmanager restore-secret --secret-id offbeat/on-call',
    ]);
  });

  it('does not print what may be the secret itself', () => {
    const { message, remedy } = judgeSecret('whsec_A1b2c3D4e5F6g7H8i9J0k1L2m3', 'pager', 'absent');
    expect(message + remedy.join()).not.toContain('A1b2c3');
  });
});
