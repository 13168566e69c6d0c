import { App, Stack } from 'aws-cdk-lib';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role } from 'aws-cdk-lib/aws-iam';
import { loadSettings, Network, Offbeat, recordLayout } from '../../lib/index.ts';

const stack = new Stack(new App(), 'Alerting');
const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-0a1b2c3d4e5f60718',
  availabilityZones: ['eu-north-1a', 'eu-north-1b'],
  isolatedSubnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-0a1b2c3d4e5f60719'],
  isolatedSubnetRouteTableIds: ['rtb-0a1b2c3d4e5f60718', 'rtb-0a1b2c3d4e5f60719'],
});
const brokers = SecurityGroup.fromSecurityGroupId(stack, 'Brokers', 'sg-0a1b2c3d4e5f60718');

new Offbeat(stack, 'Offbeat', {
  settings: loadSettings('offbeat.yaml'),
  network: new Network(stack, 'Network', { vpc, brokers }),
  kafka: {
    clusterArn: 'arn:aws:kafka:eu-north-1:111122223333:cluster/beats/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9-2',
    replicationFactor: 3,
  },
  analysts: [Role.fromRoleArn(stack, 'Analysts', 'arn:aws:iam::111122223333:role/analysts', { mutable: false })],
});

recordLayout('offbeat.layout.json', 'Alerting', stack);
