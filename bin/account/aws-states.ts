import { DescribeClusterV2Command, KafkaClient, type KafkaClientConfig } from '@aws-sdk/client-kafka';
import { DescribeDomainCommand, ListInstanceTypeDetailsCommand, OpenSearchClient } from '@aws-sdk/client-opensearch';
import { actions } from './actions.ts';
import { type Calls, present } from './aws-call.ts';
import type { Account } from './port.ts';

/** Returns the states of clusters and domains, and the zones of the machines of domains. */
export function statesIn(
  calls: Calls,
  config: Pick<KafkaClientConfig, 'region' | 'maxAttempts'>,
): Pick<Account, 'clusterState' | 'domainState' | 'machineZones'> {
  const kafka = new KafkaClient(config);
  const search = new OpenSearchClient(config);
  return {
    async clusterState(arn) {
      const command = new DescribeClusterV2Command({ ClusterArn: arn });
      const { ClusterInfo } = await calls.make(actions.clusterState, (options) => kafka.send(command, options));
      return present(ClusterInfo?.State, 'State');
    },
    async machineZones(instanceType, engineVersion) {
      const found = await calls.pages(actions.machineZones, (token) => async (options) => {
        const command = new ListInstanceTypeDetailsCommand({
          EngineVersion: engineVersion,
          InstanceType: instanceType,
          RetrieveAZs: true,
          ...(token && { NextToken: token }),
        });
        const { InstanceTypeDetails: items, NextToken: next } = await search.send(command, options);
        return { items: present(items, 'InstanceTypeDetails'), next };
      });
      const machine = found.find(({ InstanceType }) => InstanceType === instanceType);
      return machine && { name: instanceType, zones: machine.AvailabilityZones ?? [] };
    },
    async domainState(name) {
      const command = new DescribeDomainCommand({ DomainName: name });
      const { DomainStatus } = await calls.make(actions.domainState, (options) => search.send(command, options));
      return present(DomainStatus?.DomainProcessingStatus, 'DomainProcessingStatus');
    },
  };
}
