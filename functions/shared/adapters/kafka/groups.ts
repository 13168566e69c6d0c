import { Admin } from '@platformatic/kafka';
import { kafkaNames } from '../../log/kafka-names.ts';
import { clientOptions, type KafkaConnection, withDeadline } from './connection.ts';
import { unavailable } from './errors.ts';

const requestTimeoutMs = 5_000;
const deadlineMs = 20_000;

/**
 * Returns the names, on the brokers, of the groups that have members now. A group that does not exist has none. Members
 * that use the protocol of KIP-848 are not seen, because brokers describe their groups by another request.
 * @param groups logical names: `offbeat-detect`
 * @throws {UnavailableError} if the brokers do not answer, or refuse: it needs the right to describe these groups
 */
export async function groupsInUse(connection: KafkaConnection, groups: readonly string[]): Promise<readonly string[]> {
  const names = groups.map(kafkaNames(connection.prefix).group);
  // The request only reads, so that the client may repeat it: brokers create the topic of groups at the first request.
  const options = clientOptions(connection, 'offbeat-groups', requestTimeoutMs);
  const admin = new Admin({ ...options, retries: 10, retryDelay: 500 });
  try {
    const asking = admin.describeGroups({ groups: names });
    const described = await withDeadline(asking, deadlineMs, 'Kafka: the members of the groups: no answer');
    return names.filter((name) => (described.get(name)?.members.size ?? 0) > 0);
  } catch (error) {
    throw unavailable('Kafka: the members of the groups', error);
  } finally {
    await admin.close();
  }
}
