import { secondMs } from '../shared/domain/durations.ts';
import { UsageError } from '../shared/domain/errors.ts';
import type { ClusterLogin, KafkaCluster, KafkaClusters } from '../shared/ports/kafka-clusters.ts';
import { awaitFound, type WaitTiming } from '../shared/time/waits.ts';

/** The oldest version of Kafka that Offbeat is tried with: the client supports 3.5, and MSK's own topics need 3.6. */
const oldest = { major: 3, minor: 6 } as const;

const remedies: Readonly<Record<ClusterLogin, string>> = {
  iam: 'Sasl={Iam={Enabled=true}}',
  scram: 'Sasl={Scram={Enabled=true}}',
};

/**
 * Returns the brokers of a cluster in alphabetical order, so that the same brokers always give the same text.
 * @returns addresses such as `b-1:9098,b-2:9098`
 * @throws {UsageError} if Offbeat cannot be deployed on the cluster, with the remedy
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

/** The time for which an association is looked for: the function may run for a minute. */
const associatedMs = 25 * secondMs;

/**
 * Checks that the user of a secret may log in to a cluster. MSK answers an association that it refused with status 200, and
 * names the refused secret in `UnprocessedScramSecrets`; no page says whether CloudFormation reads that.
 * Nothing says when an association is listed, so it is asked for several times.
 * @throws {UsageError} if the secret is not associated with the cluster after half a minute, with the remedy
 * @throws {UnavailableError} if MSK does not answer
 * @see https://docs.aws.amazon.com/msk/1.0/apireference/clusters-clusterarn-scram-secrets.html
 */
export async function checkScramSecret(
  clusters: KafkaClusters,
  { arn, secret }: { readonly arn: string; readonly secret: string },
  timing?: WaitTiming,
): Promise<void> {
  const look = async () => ((await clusters.scramSecrets(arn)).includes(secret) ? 'associated' : undefined);
  if ((await awaitFound(look, associatedMs, timing)) === 'associated') return;
  throw new UsageError(
    `MSK cluster ${arn}: the log-in of the shippers, ${secret}, is not associated with it, so that no shipper can log in; ` +
      `run aws kafka batch-associate-scram-secret --cluster-arn ${arn} --secret-arn-list ${secret}, ` +
      'which prints the reason as UnprocessedScramSecrets if MSK refuses, and deploy again',
  );
}

function check({ kind, version, logins }: KafkaCluster, arn: string, login: ClusterLogin): void {
  if (kind === 'serverless') {
    throw new UsageError(
      `MSK cluster ${arn}: MSK Serverless is not supported yet: ` +
        'it accepts no message above 8 MiB, and a dead letter may have 10 MB; name a provisioned cluster',
    );
  }
  if (isTooOld(version)) {
    throw new UsageError(
      `MSK cluster ${arn}: expected Kafka ${oldest.major}.${oldest.minor} or newer, got ${version}: ` +
        'Offbeat supports no older versions; upgrade it with aws kafka update-cluster-kafka-version',
    );
  }
  if (!logins.includes(login)) {
    throw new UsageError(
      `MSK cluster ${arn}: log-in by ${login} is not enabled; ` +
        `run aws kafka update-security with --client-authentication '${remedies[login]}', ` +
        `or choose another log-in (enabled: ${logins.join(', ') || 'none that Offbeat supports'})`,
    );
  }
}

/** Returns whether a version is too old. An unknown version, or one in another form, is accepted. */
function isTooOld(version = ''): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return false;
  return Number(major) < oldest.major || (Number(major) === oldest.major && Number(minor) < oldest.minor);
}
