import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { describe, expect, it } from 'vitest';
import { stagesOfTopics } from '../../functions/functions.ts';
import { partitionsDefault } from '../../functions/shared/log/topics.ts';
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
    const topics = Object.keys(template.findResources('AWS::MSK::Topic'));
    expect(topics).toHaveLength(Object.keys(partitionsDefault).length);
    const mappings = Object.values(template.findResources('AWS::Lambda::EventSourceMapping')).filter(
      ({ Properties }) => Properties.Topics,
    );
    expect(mappings).toHaveLength(stagesOfTopics.flatMap((stage) => stage.topics).length);
    for (const { DependsOn } of mappings) expect(DependsOn).toEqual(expect.arrayContaining(topics));
  });

  it.each([
    { clusterArn: 'arn:aws:kafka:eu-north-1:111122223333:cluster/beats/0a1b2c3d-2' },
    { brokers: ['kafka-1.example.com:9094'] },
  ])('refuses existing brokers without a network that reaches them: %j', (kafka) => {
    expect(() => synth({ kafka })).toThrow(/kafka: .* give network too/);
  });
});
