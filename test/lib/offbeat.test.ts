import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { describe, expect, it } from 'vitest';
import { stagesOfTopics } from '../../functions/functions.ts';
import { partitionsDefault, topics } from '../../functions/shared/log/topics.ts';
import { Offbeat, type OffbeatProps } from '../../lib/index.ts';

/** Synthesises Offbeat in one stack, as another CDK app may contain it. */
function synth(props: OffbeatProps = {}): Template {
  const stack = new Stack(new App({ context: { [BUNDLING_STACKS]: [] } }), 'Mine');
  new Offbeat(stack, 'Offbeat', props);
  return Template.fromStack(stack);
}

describe('Offbeat in one stack', () => {
  it('creates topics before anything reads them', () => {
    const template = synth();
    const made = Object.keys(template.findResources('AWS::MSK::Topic'));
    expect(made).toHaveLength(Object.keys(partitionsDefault).length);
    const mappings = Object.values(template.findResources('AWS::Lambda::EventSourceMapping')).filter(
      ({ Properties }) => Properties.Topics,
    );
    expect(mappings).toHaveLength(stagesOfTopics.flatMap((stage) => stage.topics).length);
    for (const { DependsOn } of mappings) expect(DependsOn).toEqual(expect.arrayContaining(made));
  });

  it('reads beats once every other resource exists, also one that the app adds to a part of it later', () => {
    const stack = new Stack(new App({ context: { [BUNDLING_STACKS]: [] } }), 'Mine');
    const { fanOut } = new Offbeat(stack, 'Offbeat');
    fanOut.topic.addSubscription(new EmailSubscription('on-call@example.com'));
    const template = Template.fromStack(stack);
    const [[mapping, { DependsOn }] = ['none', { DependsOn: [] }]] = Object.entries(
      template.findResources('AWS::Lambda::EventSourceMapping', { Properties: { Topics: [topics.beats] } }),
    );
    const others = Object.keys(template.toJSON().Resources).filter((id) => id !== mapping);
    expect(others.length).toBeGreaterThan(100);
    expect([...DependsOn].sort()).toEqual(others.sort());
  });

  it.each([
    { clusterArn: 'arn:aws:kafka:eu-north-1:111122223333:cluster/beats/0a1b2c3d-2' },
    { brokers: ['kafka-1.example.com:9094'] },
  ])('refuses existing brokers without a network that reaches them: %j', (kafka) => {
    expect(() => synth({ kafka })).toThrow(/kafka: .* give network too/);
  });
});
