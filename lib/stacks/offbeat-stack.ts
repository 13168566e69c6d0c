import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Offbeat, type OffbeatProps } from '../offbeat.ts';

export interface OffbeatStackProps extends StackProps, OffbeatProps {}

/** Everything that is deployed today, in one stack without a fixed account or region. */
export class OffbeatStack extends Stack {
  readonly offbeat: Offbeat;

  constructor(scope: Construct, id: string, { settings, removalPolicy, ...stackProps }: OffbeatStackProps) {
    super(scope, id, stackProps);
    this.offbeat = new Offbeat(this, 'Offbeat', {
      settings,
      ...(removalPolicy === undefined ? {} : { removalPolicy }),
    });
    Tags.of(this).add('offbeat:cluster', settings.cluster.name);
    new CfnOutput(this, 'AlertTopic', {
      description: 'Subscribe e-mail or SMS here',
      value: this.offbeat.fanOut.topic.topicArn,
    });
  }
}
