import { existsSync, readFileSync } from 'node:fs';
import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnSecurityGroup, CfnVPC } from 'aws-cdk-lib/aws-ec2';
import { CfnTopic } from 'aws-cdk-lib/aws-msk';
import type { Construct } from 'constructs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recordLayout } from '../../../lib/index.ts';
import { freshPath } from '../../support/deployment.ts';

let layoutFile = '';

beforeEach(() => {
  layoutFile = freshPath('layout.json');
  vi.stubEnv('CDK_DEFAULT_ACCOUNT', '111122223333');
  vi.stubEnv('CDK_DEFAULT_REGION', 'eu-north-1');
});
afterEach(() => vi.unstubAllEnvs());

/** Synthesises an app, and records some constructs of it. @param create returns the constructs */
async function record(create: (app: App) => Construct[]): Promise<void> {
  const app = new App({ outdir: freshPath('out') });
  recordLayout(layoutFile, 'Alerting', ...create(app));
  app.synth();
  // The record is written after all validations, once the synth has returned.
  await Promise.resolve();
}

const recorded = () => JSON.parse(readFileSync(layoutFile, 'utf8'))['111122223333/eu-north-1/Alerting'].resources;

function tableIn(scope: Construct, tableName: string): Table {
  return new Table(scope, 'Table', { tableName, partitionKey: { name: 'key', type: AttributeType.STRING } });
}

/** Creates a VPC in a stack, a group of it in a nested stack, and a topic in the stack around that names the group. */
function across(app: App, cidrBlock: string): Construct[] {
  const stack = new Stack(app, 'Alerting');
  const nested = new NestedStack(stack, 'Nested');
  const vpc = new CfnVPC(stack, 'Vpc', { cidrBlock });
  const group = new CfnSecurityGroup(nested, 'Group', { groupDescription: 'brokers', vpcId: vpc.ref });
  const topic = { topicName: 'beats', partitionCount: 1, replicationFactor: 2 };
  new CfnTopic(stack, 'Topic', { ...topic, clusterArn: group.ref });
  return [stack];
}

describe('the resources of a nested stack', () => {
  it('are recorded, and a change that would replace one is refused', async () => {
    const create = (tableName: string) => (app: App) => {
      const nested = new NestedStack(new Stack(app, 'Alerting'), 'Nested');
      tableIn(nested, tableName);
      return [nested];
    };
    await record(create('one'));
    const [id] = Object.keys(recorded());
    expect(id).toMatch(/^Alerting\/NestedNestedStackNestedNestedStackResource\w+\/Table\w+$/);
    await expect(record(create('two'))).rejects.toThrow(
      `TableName was "one", and would be "two". AWS cannot change it in place. ${id} (AWS::DynamoDB::Table) would be replaced`,
    );
  });

  it('are recorded in a stack within another, in a stage', async () => {
    await record((app) => {
      const stage = new Stage(app, 'Prod', { env: { account: '111122223333', region: 'eu-north-1' } });
      const stack = new Stack(stage, 'Alerting');
      tableIn(new NestedStack(new NestedStack(stack, 'Outer'), 'Inner'), 'one');
      return [stack];
    });
    expect(Object.keys(recorded())).toEqual([expect.stringMatching(/^Prod-Alerting\/Outer\w+\/Inner\w+\/Table\w+$/)]);
  });

  it('are named by their own ids where they refer to another stack, in both directions', async () => {
    await record((app) => across(app, '10.0.0.0/16'));
    const resources: Record<string, { type: string; properties: Record<string, unknown> }> = recorded();
    const [group] = Object.keys(resources).filter((id) => resources[id]!.type === 'AWS::EC2::SecurityGroup');
    expect(resources[group!]!.properties).toMatchObject({ VpcId: { Ref: 'Alerting/Vpc' } });
    expect(resources['Alerting/Topic']!.properties).toMatchObject({ ClusterArn: { Ref: group } });
    await expect(record((app) => across(app, '10.1.0.0/16'))).rejects.toThrow(
      /Alerting\/Vpc \(AWS::EC2::VPC\) would be replaced.*and with it Alerting\/Nested\w+\/Group \(AWS::EC2::SecurityGroup\), Alerting\/Topic/,
    );
  });

  it('are not recorded where only the stack beside it is of the deployment', async () => {
    await record((app) => {
      const stack = new Stack(app, 'Alerting');
      tableIn(new NestedStack(stack, 'Nested'), 'one');
      return [tableIn(stack, 'mine')];
    });
    expect(existsSync(layoutFile)).toBe(true);
    expect(Object.keys(recorded())).toEqual([expect.stringMatching(/^Alerting\/Table\w+$/)]);
  });
});
