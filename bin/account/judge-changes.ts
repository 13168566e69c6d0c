import { type Finding, finding } from './finding.ts';
import type { ResourceAnswer } from './port.ts';

/** A resource that a deployment changes, and that accepts one change at a time. */
interface Changing {
  readonly type: string;
  readonly thing: string;
  /** The state in which it can be changed. */
  readonly still: string;
  /** Returns the command that prints its state. */
  state(id: string): string;
}

/**
 * The resources whose changes AWS makes one after the other: a deployment fails while one is in progress.
 * @see https://aws.amazon.com/blogs/big-data/track-amazon-opensearch-service-configuration-with-improved-visibility/
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-cluster-states.html
 */
export const changing = {
  cluster: {
    type: 'AWS::MSK::Cluster',
    thing: 'MSK cluster',
    still: 'ACTIVE',
    state: (id) => `aws kafka describe-cluster-v2 --cluster-arn ${id} --query ClusterInfo.State`,
  },
  domain: {
    type: 'AWS::OpenSearchService::Domain',
    thing: 'domain',
    still: 'Active',
    state: (id) => `aws opensearch describe-domain --domain-name ${id} --query DomainStatus.DomainProcessingStatus`,
  },
} as const satisfies Readonly<Record<string, Changing>>;

/**
 * Returns a finding about a resource that may be changing: by hand, or by AWS, which updates domains and patches brokers.
 * @param state the state, as the service names it
 */
export function judgeChange(kind: keyof typeof changing, { id }: Pick<ResourceAnswer, 'id'>, state: string): Finding {
  const { thing, still, state: command }: Changing = changing[kind];
  const is = `the ${thing} ${id} is ${state}`;
  if (state === still) return finding('changes', 'ok', is);
  const message = `${is}, not ${still}: a deployment that changes it fails until then (docs/runbook.md, Changing the domain or the cluster)`;
  return finding('changes', 'warning', message, [command(id)]);
}
