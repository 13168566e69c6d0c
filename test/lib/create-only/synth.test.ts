import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnCluster, CfnConfiguration, CfnTopic } from 'aws-cdk-lib/aws-msk';
import { CfnDomain } from 'aws-cdk-lib/aws-opensearchservice';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import type { IConstruct } from 'constructs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import cdk from '../../../cdk.json' with { type: 'json' };
import { deploy, Ledger, recordLayout } from '../../../lib/index.ts';
import { freshPath, settingsFileOf } from '../../support/deployment.ts';

const key = 'deployment: { key: "arn:aws:kms:eu-north-1:111122223333:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9" }';
let layoutFile = '';

beforeEach(() => {
  layoutFile = join(freshPath('app'), 'offbeat.layout.json');
  mkdirSync(dirname(layoutFile));
  vi.stubEnv('CDK_DEFAULT_ACCOUNT', '111122223333');
  vi.stubEnv('CDK_DEFAULT_REGION', 'eu-north-1');
});
afterEach(() => vi.unstubAllEnvs());

/** The zones that `cdk` has looked up: a synth without them has placeholders, and records nothing. */
const zones = {
  'availability-zones:account=111122223333:region=eu-north-1': ['eu-north-1a', 'eu-north-1b'],
  'availability-zones:account=111122223333:region=eu-west-1': ['eu-west-1a', 'eu-west-1b'],
};
const newApp = (): App =>
  new App({ outdir: freshPath('out'), context: { ...cdk.context, ...zones, [BUNDLING_STACKS]: [] } });

/**
 * Synthesises a deployment, as `cdk synth` does.
 * @param settings YAML of an `offbeat.yaml`
 * @param release  changes the constructs as another release would
 */
async function synth(settings: string, release: (app: App) => void = () => {}): Promise<void> {
  const app = newApp();
  const settingsFile = freshPath('offbeat.yaml');
  writeFileSync(settingsFile, settings);
  deploy(app, { settingsFile, layoutFile });
  release(app);
  app.synth();
  // The record is written after all validations, once the synth has returned.
  await Promise.resolve();
}

/** Returns the constructs of a class, of which there must be some. */
function all<T extends IConstruct>(app: App, isWanted: (each: IConstruct) => each is T): T[] {
  const found = app.node.findAll().filter(isWanted);
  expect(found.length).toBeGreaterThan(0);
  return found;
}
const groups = (each: IConstruct): each is CfnSecurityGroup => each instanceof CfnSecurityGroup;
const clusters = (each: IConstruct): each is CfnCluster => each instanceof CfnCluster;
const domains = (each: IConstruct): each is CfnDomain => each instanceof CfnDomain;
const configurations = (each: IConstruct): each is CfnConfiguration => each instanceof CfnConfiguration;

const moreMonitoring = (app: App) => {
  for (const cluster of all(app, clusters)) cluster.enhancedMonitoring = 'PER_TOPIC_PER_BROKER';
};

function files(): Record<string, string> {
  const paths = [layoutFile];
  return Object.fromEntries(paths.filter(existsSync).map((path) => [path, readFileSync(path, 'utf8')]));
}

describe('a later synth', () => {
  it('passes, and records the same, when nothing changed', async () => {
    await synth('deployment: {}');
    const recorded = files();
    await synth('deployment: {}');
    expect(JSON.stringify(recorded)).toContain('111122223333/eu-north-1/Offbeat');
    expect(files()).toEqual(recorded);
  });

  it('fails when the description of a security group is reworded, and names the cluster that would be replaced with it', async () => {
    await synth('deployment: {}');
    const recorded = files();
    const reworded = synth('deployment: {}', (app) => {
      for (const group of all(app, groups).filter(({ node }) => node.path.includes('Brokers'))) {
        group.groupDescription = 'The brokers';
      }
    });
    await expect(reworded).rejects.toThrow(
      /GroupDescription was "Kafka brokers, and the pollers that read from them", and would be "The brokers".*NetworkBrokers\w+ \(AWS::EC2::SecurityGroup\) would be replaced.*and with it Offbeat-DataHub\/DataHubCluster\w+ \(AWS::MSK::Cluster\).*6 AWS::MSK::Topic/,
    );
    expect(files()).toEqual(recorded);
  });

  it('fails when a KMS key is added, and names cluster, domain and the key that would go', async () => {
    await synth('deployment: {}');
    const keyAdded = synth(key);
    await expect(keyAdded).rejects.toThrow(
      /EncryptionInfo\/EncryptionAtRest was absent.*DataHubCluster\w+ \(AWS::MSK::Cluster\) would be replaced/,
    );
    await expect(keyAdded).rejects.toThrow(
      /Offbeat-Network\/NetworkKey\w+ \(AWS::KMS::Key\) is in no template any more/,
    );
    await expect(keyAdded).rejects.toThrow(
      /EncryptionAtRestOptions\/KmsKeyId.*AWS::OpenSearchService::Domain\) would be replaced/,
    );
    await expect(keyAdded).rejects.toThrow(/delete "Offbeat-DataHub\/DataHubCluster\w+" from "resources"/);
  });

  it('fails when two things of the MSK cluster change at once, and passes when one does after the other', async () => {
    await synth('deployment: {}');
    const disks = 'deployment: { disks: { kafka: 100 } }';
    await expect(synth(disks, moreMonitoring)).rejects.toThrow(
      /DataHubCluster\w+ \(AWS::MSK::Cluster\) would get 2 updates at once: storage, monitoring/,
    );
    await synth(disks);
    await synth(disks, moreMonitoring);
  });

  it('counts server properties, which are of another resource, as a change of the cluster', async () => {
    await synth('deployment: {}');
    const release = (app: App) => {
      moreMonitoring(app);
      for (const one of all(app, configurations)) one.serverProperties = 'auto.create.topics.enable=false';
    };
    await expect(synth('deployment: {}', release)).rejects.toThrow(/2 updates at once: configuration, monitoring/);
  });

  it('fails when the mode of Kafka changes', async () => {
    await synth('deployment: {}');
    const release = (app: App) => {
      for (const cluster of all(app, clusters)) cluster.kafkaVersion = '3.9.x.kraft';
    };
    await expect(synth('deployment: {}', release)).rejects.toThrow(/KafkaVersion was 3.9.x, and would be 3.9.x.kraft/);
  });

  it('fails when an older release has an older engine or an older Kafka, and passes when a newer one has newer ones', async () => {
    const release = (engine: string, kafka: string) => (app: App) => {
      for (const domain of all(app, domains)) domain.engineVersion = engine;
      for (const cluster of all(app, clusters)) cluster.kafkaVersion = kafka;
    };
    await synth('deployment: {}', release('OpenSearch_3.3', '3.8.x'));
    await synth('deployment: {}', release('OpenSearch_3.5', '3.9.x'));
    const recorded = files();
    const older = synth('deployment: {}', release('OpenSearch_3.3', '3.8.x'));
    await expect(older).rejects.toThrow(/EngineVersion was OpenSearch_3.5, and would be OpenSearch_3.3/);
    await expect(older).rejects.toThrow(/KafkaVersion was 3.9.x, and would be 3.8.x/);
    expect(files()).toEqual(recorded);
  });

  it('fails when the disks of the brokers would shrink or grow by too little, and passes when those of the nodes shrink', async () => {
    await synth('deployment: { disks: { kafka: 100, warehouse: 30 } }');
    const recorded = files();
    for (const gib of [50, 105]) {
      await expect(synth(`deployment: { disks: { kafka: ${gib}, warehouse: 30 } }`)).rejects.toThrow(
        new RegExp(
          `had 100 GiB, and would have ${gib}\\..*Set deployment.disks.kafka .* to 100, or to 110 or more`,
          's',
        ),
      );
    }
    expect(files()).toEqual(recorded);
    await synth('deployment: { disks: { kafka: 110, warehouse: 20 } }');
  });

  it('fails when self-managed brokers get other addresses, unless the mappings were deleted from the record', async () => {
    const settings = readFileSync(settingsFileOf('self-managed-kafka'), 'utf8');
    const moved = settings.replaceAll('example.com', 'example.org');
    const [first, second] = ['kafka-1.example.com:9094', 'kafka-2.example.com:9094'];
    await synth(settings);
    const recorded = files();
    await synth(settings.replace(`${first}, ${second}`, `${second}, ${first}`));
    expect(files()).toEqual(recorded);
    const refused = synth(moved);
    await expect(refused).rejects.toThrow(/SelfManagedEventSource was .*kafka-1.example.com:9094/);
    await expect(refused).rejects.toThrow(
      /The consumer group offbeat-detect of Offbeat\/\w+ .* new event source mapping/,
    );
    const content = JSON.parse(readFileSync(layoutFile, 'utf8'));
    const { resources } = content['111122223333/eu-north-1/Offbeat'];
    const mappings = Object.keys(resources).filter((id) => resources[id].type === 'AWS::Lambda::EventSourceMapping');
    expect(mappings).toHaveLength(8);
    for (const id of mappings) delete resources[id];
    writeFileSync(layoutFile, JSON.stringify(content));
    await synth(moved);
    expect(JSON.stringify(files())).toContain('kafka-1.example.org:9094');
  });

  it('fails when an existing cluster is exchanged for another one', async () => {
    const settings = readFileSync(settingsFileOf('bring-your-own'), 'utf8');
    await synth(settings);
    const other = settings.replace(/(cluster: arn:aws:kafka:\S+:cluster\/)[^/\s]+/, '$1other');
    expect(other).not.toBe(settings);
    await expect(synth(other)).rejects.toThrow(/deployment\.kafka: created with \S+, now \S+\/other\//);
    // Whoever accepts the other offsets still cannot move the consumer groups in one deployment.
    const layout = JSON.parse(readFileSync(layoutFile, 'utf8'));
    for (const entry of Object.values<Record<string, unknown>>(layout)) delete entry.kafka;
    writeFileSync(layoutFile, JSON.stringify(layout));
    await expect(synth(other)).rejects.toThrow(/EventSourceArn was .*The consumer group offbeat-detect/);
  });

  it('passes when a release adds a topic, and records the topic', async () => {
    await synth('deployment: {}');
    await synth('deployment: {}', (app) => {
      const [cluster] = all(app, clusters);
      const options = { clusterArn: cluster!.attrArn, topicName: 'offbeat.more' };
      new CfnTopic(Stack.of(cluster!), 'More', { ...options, partitionCount: 1, replicationFactor: 2 });
    });
    expect(JSON.stringify(files())).toContain('offbeat.more');
  });

  it('passes with what a person deleted from the record on purpose', async () => {
    await synth('deployment: {}');
    const [file, text] = Object.entries(files()).find(([, content]) => content.includes('"resources"'))!;
    const content = JSON.parse(text);
    for (const [id, { type }] of Object.entries<{ type: string }>(
      content['111122223333/eu-north-1/Offbeat'].resources,
    )) {
      const isReplaced = /Cluster|Domain|Key$|Queue/.test(type);
      if (isReplaced) delete content['111122223333/eu-north-1/Offbeat'].resources[id];
    }
    writeFileSync(file, JSON.stringify(content));
    await synth(key);
    expect(JSON.stringify(files())).toContain('DataVolumeKMSKeyId');
  });
});

describe('a record', () => {
  it('is of one account and region: another one begins its own', async () => {
    await synth('deployment: {}');
    vi.stubEnv('CDK_DEFAULT_REGION', 'eu-west-1');
    await synth(key.replace('eu-north-1', 'eu-west-1'));
    expect(JSON.stringify(files())).toContain('111122223333/eu-west-1/Offbeat');
  });

  it('is not written without an account and a region', async () => {
    vi.stubEnv('CDK_DEFAULT_ACCOUNT', '');
    await synth('deployment: {}');
    await synth(key);
    expect(files()).toEqual({});
  });

  it('is not written when another validation of the app fails', async () => {
    const refused = synth('deployment: {}', (app) => {
      const resource = { constructPath: 'Offbeat', locations: [] };
      const violation = { ruleName: 'none', description: 'no deployments on Sundays', violatingResources: [resource] };
      const validate = () => ({ success: false, violations: [violation] });
      Validations.of(app).addPlugins({ name: 'calendar', validate });
    });
    await expect(refused).rejects.toThrow('no deployments on Sundays');
    await Promise.resolve();
    expect(files()).toEqual({});
  });

  it('stops a deployment with the name of the file, when the file has another form', async () => {
    await synth('deployment: {}');
    const [file] = Object.entries(files()).find(([, content]) => content.includes('"resources"'))!;
    writeFileSync(file, '{"111122223333/eu-north-1/Offbeat": {"resources": {"a": 1}}}');
    await expect(synth('deployment: {}')).rejects.toThrow(file);
  });

  it("has the resources of the given constructs alone, in an app of one's own", async () => {
    const build = async (name: string) => {
      const app = newApp();
      const stack = new Stack(app, 'Alerting');
      const ledger = new Ledger(stack, name);
      new CfnSecurityGroup(stack, 'Other', { groupDescription: `of ${name}` });
      recordLayout(layoutFile, 'Alerting', ledger);
      app.synth();
      await Promise.resolve();
    };
    await build('One');
    expect(JSON.stringify(files())).toContain('Alerting/OneTable');
    expect(JSON.stringify(files())).not.toContain('GroupDescription');
    await expect(build('Another')).rejects.toThrow(/OneTable\w+ \(AWS::DynamoDB::Table\) is in no template any more/);
  });
});
