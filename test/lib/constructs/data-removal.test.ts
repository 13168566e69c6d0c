import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { describe, expect, it } from 'vitest';
import { DataHub, type DataRemoval, Network, partitionsDefault, Warehouse } from '../../../lib/index.ts';
import { deployed, type Resource, synthesise } from '../../support/deployment.ts';

type Resources = ReadonlyMap<string, Resource>;

const keptOf = (resources: Iterable<readonly [string, Resource]>): readonly string[] =>
  [...resources].flatMap(([id, { DeletionPolicy, Type }]) =>
    DeletionPolicy === 'RetainExceptOnCreate' ? [`${id} ${Type}`] : [],
  );

describe('what is kept', () => {
  it('is the network of brokers and nodes too: EC2 would not delete it', () => {
    const network = keptOf(deployed('minimal').resources).filter((each) => each.includes('AWS::EC2::'));
    expect(network.map((each) => each.split(' ')[1]).sort()).toEqual([
      ...['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroup', 'AWS::EC2::Subnet', 'AWS::EC2::Subnet'],
      'AWS::EC2::VPC',
    ]);
  });

  it('is only what is created here', () => {
    expect(keptOf(deployed('bring-your-own').resources).filter((each) => each.includes('AWS::EC2::'))).toEqual([]);
    const groups = keptOf(deployed('self-managed-kafka').resources).filter((each) => each.includes('AWS::EC2::'));
    expect(groups).toEqual([expect.stringMatching(/Domain\w+ AWS::EC2::SecurityGroup$/)]);
  });

  it('is nothing with keepData: false, and an update sees that by the metadata of each resource', () => {
    const kept: Resources = synthesise('deployment: {}').resources;
    const careless: Resources = synthesise('deployment: { keepData: false }').resources;
    expect(keptOf(careless)).toEqual([]);
    const changed = keptOf(kept).map((each) => each.split(' ')[0]!);
    expect(changed.length).toBeGreaterThan(15);
    for (const id of changed) expect(kept.get(id)!.Metadata, id).not.toEqual(careless.get(id)?.Metadata);
  });

  it.each<readonly [DataRemoval, DataRemoval]>([
    [RemovalPolicy.DESTROY, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, RemovalPolicy.DESTROY],
  ])('includes subnets and VPC if the cluster is removed by %s and the domain by %s', (ofCluster, ofDomain) => {
    const app = new App({ context: { [BUNDLING_STACKS]: [] } });
    const stack = new Stack(app, 'Mine');
    const network = new Network(stack, 'Network', { zones: ['eu-north-1a', 'eu-north-1b'] });
    new DataHub(stack, 'DataHub', { network, partitions: partitionsDefault, removalPolicy: ofCluster });
    new Warehouse(stack, 'Warehouse', { network, removalPolicy: ofDomain });
    const { Resources } = app.synth().getStackArtifact(stack.artifactId).template as {
      Resources: Record<string, Resource>;
    };
    const kept = keptOf(Object.entries(Resources)).filter((each) => each.includes('AWS::EC2::'));
    const keepsDomain = ofDomain !== RemovalPolicy.DESTROY;
    expect(kept.filter((each) => each.endsWith('SecurityGroup'))).toEqual([
      expect.stringMatching(keepsDomain ? /^NetworkDomain/ : /^NetworkBrokers/),
    ]);
    expect(kept.filter((each) => each.endsWith('Subnet'))).toHaveLength(keepsDomain ? 1 : 2);
    expect(kept.filter((each) => each.endsWith('VPC'))).toHaveLength(1);
  });
});
