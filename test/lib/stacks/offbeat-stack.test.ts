import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { OffbeatStack } from '../../../lib/stacks/offbeat-stack.ts';

function synth(settings: unknown): Template {
  return Template.fromStack(new OffbeatStack(new App(), 'Offbeat', { settings: settingsSchema.parse(settings) }));
}

const webhook = (secret: string) => ({
  receivers: [{ name: 'team', webhook: { url: 'https://alerts.example.com/', secret } }],
});

describe('the stack', () => {
  it('has one ledger, one topic, one queue and its dead letters', () => {
    const template = synth({});
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 1);
    template.resourceCountIs('AWS::SNS::Topic', 1);
    template.resourceCountIs('AWS::SQS::Queue', 2);
  });

  it('says where to subscribe', () => {
    synth({}).hasOutput('AlertTopic', { Value: { Ref: Match.stringLikeRegexp('Topic') } });
  });

  it('carries the name of the cluster it watches', () => {
    synth({ cluster: { name: 'prod' } }).hasResourceProperties('AWS::SNS::Topic', {
      Tags: [{ Key: 'offbeat:cluster', Value: 'prod' }],
    });
  });

  it('takes a secret that lies in Secrets Manager', () => {
    expect(() => synth(webhook('secretsmanager:offbeat/team'))).not.toThrow();
  });

  it.each(['env:TEAM_SECRET', 'file:/etc/team'])('refuses secret %s, which no function could read', (secret) => {
    expect(() => synth(webhook(secret))).toThrow(`receiver team: secret ${secret} is of one machine`);
  });
});
