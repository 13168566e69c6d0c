import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, it } from 'vitest';
import { ownKey } from '../../../lib/constructs/own-key.ts';
import { Offbeat } from '../../../lib/offbeat.ts';
import { deployed, deploymentNames, ofType, synthesise } from '../../support/deployment.ts';

/** Returns the statements of the one key of a template, by the service that they let in. */
function servicesOf(policy: { readonly Statement: readonly Statement[] }): Map<string, Statement> {
  return new Map(
    policy.Statement.flatMap((each) => (each.Principal.Service === undefined ? [] : [[each.Principal.Service, each]])),
  );
}
interface Statement {
  readonly Principal: { readonly Service?: string };
  readonly Action: readonly string[];
  readonly Condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

describe('the created key', () => {
  it.each(deploymentNames)('is the only one of %s, or none where the settings name one', (name) => {
    const keys = ofType(deployed(name), 'AWS::KMS::Key');
    const named = name === 'bring-your-own' ? [] : [expect.stringMatching(/^Offbeat-Network\/NetworkKey/)];
    expect(keys.map(([path]) => path)).toEqual(named);
  });

  it('is the only one of a construct that creates everything in one stack, and rotates', () => {
    const stack = new Stack(new App(), 'Alerting');
    new Offbeat(stack, 'Offbeat');
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::KMS::Key', 1);
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  it('lets SNS and CloudWatch in, for topics and alarms of its account and region, and no other service', () => {
    const [, { Properties }] = ofType(deployed('minimal'), 'AWS::KMS::Key')[0]!;
    const services = servicesOf(Properties.KeyPolicy);
    expect([...services.keys()].sort()).toEqual(['cloudwatch.amazonaws.com', 'sns.amazonaws.com']);
    for (const [service, { Action, Condition }] of services) {
      expect(Action).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
      expect(Condition.StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
      const source = JSON.stringify(Condition.ArnLike!['aws:SourceArn']);
      expect(source).toContain(`:${service.split('.')[0]}:`);
      for (const ref of ['AWS::Region', 'AWS::AccountId']) expect(source).toContain(ref);
    }
  });

  it('lets SNS in for a given topic of another account, whose alerts would not reach the queue otherwise', () => {
    const topic = 'arn:aws:sns:eu-north-1:444455556666:central';
    const deployment = synthesise(`deployment: { alertTopic: '${topic}' }`);
    const [, { Properties }] = ofType(deployment, 'AWS::KMS::Key')[0]!;
    const conditions = Properties.KeyPolicy.Statement.map(({ Condition }: Statement) => Condition);
    expect(conditions).toContainEqual({
      StringEquals: { 'aws:SourceAccount': '444455556666' },
      ArnLike: { 'aws:SourceArn': topic },
    });
  });

  it('is kept with the secret that it encrypts, and deleted where it encrypts none, or with keepData: false', () => {
    const policyOf = (settings: string): string | undefined =>
      ofType(synthesise(settings), 'AWS::KMS::Key')[0]![1].DeletionPolicy;
    expect(policyOf('deployment: {}')).toBe('RetainExceptOnCreate');
    expect(policyOf('deployment: { keepData: false }')).toBe('Delete');
    expect(ofType(deployed('self-managed-kafka'), 'AWS::KMS::Key')[0]![1].DeletionPolicy).toBe('Delete');
  });

  it('is created once for a network, whoever asks', () => {
    const stack = new Stack(new App(), 'Test');
    expect(ownKey(stack)).toBe(ownKey(stack));
  });
});

describe('a key of the app’s own', () => {
  it('replaces the created one, and lets SNS and CloudWatch in', () => {
    const stack = new Stack(new App(), 'Alerting');
    new Offbeat(stack, 'Offbeat', { key: new Key(stack, 'Mine') });
    const keys = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'));
    expect(keys).toHaveLength(1);
    expect([...servicesOf(keys[0]!.Properties.KeyPolicy).keys()].sort()).toEqual([
      'cloudwatch.amazonaws.com',
      'sns.amazonaws.com',
    ]);
  });
});
