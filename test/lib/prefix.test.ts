import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { functionsFedBy } from '../../functions/functions.ts';
import { kafkaPrefix } from '../../functions/shared/environment/server-variables.ts';
import { Offbeat } from '../../lib/offbeat.ts';
import { prefixOf } from '../../lib/prefix.ts';
import { freshPath, ofType, type Synthesised, synthesise } from '../support/deployment.ts';

const vpc = 'vpc: { id: vpc-0a1b2c3d, zones: [a, b], subnets: [subnet-0a1b2c3d, subnet-0a1b2c3e] }';
const clusters = {
  'an existing MSK cluster': [
    vpc,
    "kafka: { cluster: 'arn:aws:kafka:eu-north-1:111122223333:cluster/beats/0a1b-2', securityGroup: sg-0a1b2c3d, replicationFactor: 3 }",
  ],
  'an existing MSK cluster with topics': [
    vpc,
    "kafka: { cluster: 'arn:aws:kafka:eu-north-1:111122223333:cluster/beats/0a1b-2', securityGroup: sg-0a1b2c3d }",
  ],
  'brokers that are not of MSK': [vpc, "kafka: { brokers: ['k:9094'], login: none, securityGroup: sg-0a1b2c3d }"],
  'a created MSK cluster': [],
};

const deploymentOn = (keys: readonly string[], prefix?: string, name?: string): Synthesised =>
  synthesise(
    [
      'deployment:',
      '  tracing: false',
      ...[...keys, ...(prefix ? [`prefix: ${prefix}`] : [])].map((key) => `  ${key}`),
    ].join('\n'),
    freshPath('layout.json'),
    name,
  );

/** Returns a value as text, with `Fn::Join` joined, and references in braces. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = (value as { readonly 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  return join === undefined ? '{}' : join[1].map(flat).join(join[0]);
}

const topicsMadeIn = (deployment: Synthesised): string[] =>
  ofType(deployment, 'AWS::MSK::Topic').map(([, { Properties }]) => Properties.TopicName);

const mappingsIn = (deployment: Synthesised) =>
  ofType(deployment, 'AWS::Lambda::EventSourceMapping')
    .map(([, { Properties }]) => Properties)
    .filter(({ Topics }) => Topics !== undefined);

const topicsReadIn = (deployment: Synthesised): string[] => mappingsIn(deployment).flatMap(({ Topics }) => Topics);

const groupsIn = (deployment: Synthesised): string[] =>
  mappingsIn(deployment).map(
    (each) => (each.AmazonManagedKafkaEventSourceConfig ?? each.SelfManagedKafkaEventSourceConfig).ConsumerGroupId,
  );

/** Returns the topics and groups that roles have rights on, by the last part of their ARNs. */
function namesWithRightsIn(deployment: Synthesised): string[] {
  const statements = ofType(deployment, 'AWS::IAM::Policy').flatMap(
    ([, { Properties }]) => Properties.PolicyDocument.Statement,
  );
  const arns = statements.flatMap(({ Resource }) => (Array.isArray(Resource) ? Resource : [Resource])).map(flat);
  return arns.filter((arn) => /:(topic|group)\//.test(arn)).map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
}

const everyNameIn = (deployment: Synthesised): string[] => [
  ...topicsMadeIn(deployment),
  ...topicsReadIn(deployment),
  ...groupsIn(deployment),
  ...namesWithRightsIn(deployment),
];

describe.each(Object.entries(clusters))('two deployments on %s', (_cluster, keys) => {
  const plain = deploymentOn(keys);
  const prefixed = deploymentOn(keys, 'team-a');

  it('share no topic, no group and no right on either', () => {
    const names = [plain, prefixed].map((each) => new Set(everyNameIn(each)));
    expect(names.every(({ size }) => size >= 10)).toBe(true);
    expect([...names[0]!].filter((name) => names[1]!.has(name))).toEqual([]);
  });

  it('differ in the prefix alone', () => {
    for (const namesOf of [topicsMadeIn, topicsReadIn, groupsIn, namesWithRightsIn]) {
      expect(namesOf(prefixed).sort()).toEqual(
        namesOf(plain)
          .map((name) => `team-a.${name}`)
          .sort(),
      );
    }
  });

  it('tell each function that reads or appends its prefix, and the topic of beats to the shippers', () => {
    const variables = ofType(prefixed, 'AWS::Lambda::Function').map(
      ([, { Properties }]) => Properties.Environment?.Variables ?? {},
    );
    const ofKafka = variables.filter((each) => 'OFFBEAT_KAFKA_BROKERS' in each || 'OFFBEAT_POLLING' in each);
    expect(ofKafka.length).toBeGreaterThan(functionsFedBy('topics').length);
    for (const each of ofKafka) expect(each[kafkaPrefix]).toBe('team-a');
    expect(prefixed.template.toJSON().Outputs.BeatsTopic.Value).toBe('team-a.offbeat.beats');
  });

  it('are refused at their creation while another one reads with their groups, before a mapping adds members', () => {
    const setUps = ofType(prefixed, 'Custom::OffbeatKafka');
    expect(setUps).toHaveLength(1);
    const { groups } = setUps[0]![1].Properties;
    if (keys.length === 0) {
      expect(groups).toBeUndefined();
      return;
    }
    expect(groups.map((group: string) => `team-a.${group}`).sort()).toEqual(groupsIn(prefixed).sort());
    const logicalId = setUps[0]![0].split('/').at(-1);
    for (const [path, { Properties, DependsOn }] of ofType(prefixed, 'AWS::Lambda::EventSourceMapping')) {
      if (Properties.Topics !== undefined) expect(DependsOn, path).toContain(logicalId);
    }
  });

  it('describe no group but their own before they are created', () => {
    const statements = ofType(prefixed, 'AWS::IAM::Policy')
      .filter(([path]) => path.includes('SetUpKafka'))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => [Action].flat().includes('kafka-cluster:DescribeGroup'));
    const described = statements.flatMap(({ Resource }) => Resource.map(flat));
    const names = described.map((arn: string) => arn.slice(arn.lastIndexOf('/') + 1));
    const isExistingMsk = keys.some((key) => key.includes('cluster:'));
    expect(names.sort()).toEqual(isExistingMsk ? groupsIn(prefixed).sort() : []);
  });

  it('leave a deployment without a prefix as it is', () => {
    expect(JSON.stringify(plain.template.toJSON())).not.toContain(kafkaPrefix);
    expect(plain.template.toJSON().Outputs.BeatsTopic.Value).toBe('offbeat.beats');
  });
});

describe('the prefix of a deployment', () => {
  it('is made of a name other than the default one, which has none', () => {
    expect(prefixOf(undefined, 'Offbeat')).toBeUndefined();
    expect(prefixOf(undefined, 'Offbeat2')).toBe('offbeat2');
    expect(prefixOf('team-a', 'Offbeat2')).toBe('team-a');
    const second = deploymentOn(clusters['an existing MSK cluster'], undefined, 'Offbeat2');
    for (const name of everyNameIn(second)) expect(name).toMatch(/^offbeat2\.offbeat/);
  });

  it.each(['Offbeat-2', 'A'.repeat(40)])('must be set for the name %s, of which none can be made', (name) => {
    expect(() => prefixOf(undefined, name)).toThrow(`deployment.prefix: the name "${name}" gives no prefix`);
    expect(prefixOf('team-a', name)).toBe('team-a');
  });

  it('fails the synth with file, line and key if it cannot be one', () => {
    expect(() => deploymentOn([], 'Team_A')).toThrow(
      /offbeat\.yaml:3: deployment\.prefix: expected at most 32 lower-case letters.*got "Team_A"/,
    );
  });

  it('fails the synth of an app of one’s own if it cannot be one', () => {
    const stack = new Stack(new App(), 'Alerting');
    expect(() => new Offbeat(stack, 'Offbeat', { prefix: 'offbeat' })).toThrow('prefix: expected at most 32');
  });
});
