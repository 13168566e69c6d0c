import { UsageError } from '../shared/domain/errors.ts';
import type { ClusterLogin, KafkaCluster, KafkaClusters } from '../shared/ports/kafka-clusters.ts';

/** CloudFormation makes topics from this version on. */
const oldest = { major: 3, minor: 6 } as const;

const remedies: Readonly<Record<ClusterLogin, string>> = {
  iam: 'Sasl={Iam={Enabled=true}}',
  scram: 'Sasl={Scram={Enabled=true}}',
};

/**
 * The brokers of a cluster that Offbeat can be deployed on, in order, so that the same ones are the same text.
 * @returns `b-1:9098,b-2:9098`
 * @throws {UsageError} if it cannot be, with the remedy
 * @throws {UnavailableError} if a later try may succeed
 */
export async function lookUpBrokers(clusters: KafkaClusters, arn: string, login: ClusterLogin): Promise<string> {
  const cluster = await clusters.describe(arn);
  check(cluster, arn, login);
  const brokers = await clusters.brokers(arn, login);
  if (brokers.length === 0) {
    throw new UsageError(
      `MSK cluster ${arn} has no address for ${login} (it is ${cluster.state}): wait until it is ACTIVE`,
    );
  }
  return [...brokers].sort().join(',');
}

function check({ kind, version, logins }: KafkaCluster, arn: string, login: ClusterLogin): void {
  if (kind === 'serverless') {
    throw new UsageError(
      `MSK cluster ${arn}: MSK Serverless is not supported yet: CloudFormation cannot make topics there, ` +
        'and it takes no message above 8 MiB, where a dead letter may have 10 MB; name a provisioned cluster',
    );
  }
  if (isTooOld(version)) {
    throw new UsageError(
      `MSK cluster ${arn}: expected Kafka ${oldest.major}.${oldest.minor} or newer, got ${version}: ` +
        'CloudFormation cannot make topics on older ones; upgrade it with aws kafka update-cluster-kafka-version',
    );
  }
  if (!logins.includes(login)) {
    throw new UsageError(
      `MSK cluster ${arn}: ${login} is not switched on there; ` +
        `run aws kafka update-security with --client-authentication '${remedies[login]}', ` +
        `or choose another login (it has ${logins.join(', ') || 'none that Offbeat knows'})`,
    );
  }
}

/** One that is not told, or written in a way of its own, is given the benefit of the doubt. */
function isTooOld(version = ''): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return false;
  return Number(major) < oldest.major || (Number(major) === oldest.major && Number(minor) < oldest.minor);
}
