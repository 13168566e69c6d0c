import {
  type Acl,
  AclOperations,
  AclPermissionTypes,
  Admin,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka';
import { kafkaNames } from '../../log/kafka-names.ts';
import { topics } from '../../log/topics.ts';
import { clientOptions, type KafkaConnection, withDeadline } from './connection.ts';
import { DelayedRetries } from './delayed-retries.ts';
import { unavailable } from './errors.ts';

const { TOPIC, GROUP, CLUSTER } = ResourceTypes;
const { READ, WRITE, CREATE, DELETE, ALTER, ALTER_CONFIGS, DESCRIBE, DESCRIBE_CONFIGS, ALL } = AclOperations;
const notForShippers = [READ, CREATE, DELETE, ALTER, ALTER_CONFIGS, DESCRIBE_CONFIGS];
const { ALLOW, DENY } = AclPermissionTypes;
/** The name that Kafka gives to the only resource of the type CLUSTER. */
const clusterName = 'kafka-cluster';
const everyName = '*';

/**
 * Returns the ACLs of a user that may append to the topic of beats and do nothing else. Kafka lets a user who may write a
 * topic append idempotently too. The denials do not depend on `allow.everyone.if.no.acl.found`: a page of AWS says that
 * this property has no effect on a cluster that uses IAM.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-acls.html
 */
export function shipperAcls(user: string, names = kafkaNames()): readonly Acl[] {
  const beats = names.topic(topics.beats);
  const others = Object.values(topics)
    .map((topic) => names.topic(topic))
    .filter((topic) => topic !== beats);
  const rules = [
    ...[WRITE, DESCRIBE].map((operation) => [ALLOW, operation, TOPIC, beats] as const),
    ...notForShippers.map((operation) => [DENY, operation, TOPIC, everyName] as const),
    ...others.map((topic) => [DENY, WRITE, TOPIC, topic] as const),
    [DENY, ALL, GROUP, everyName] as const,
    [DENY, ALL, CLUSTER, clusterName] as const,
  ];
  return rules.map(([permissionType, operation, resourceType, resourceName]) => ({
    principal: `User:${user}`,
    host: everyName,
    permissionType,
    operation,
    resourceType,
    resourceName,
    resourcePatternType: ResourcePatternTypes.LITERAL,
  }));
}

const requestTimeoutMs = 15_000;
const deadlineMsDefault = 30_000;

/**
 * Sets the {@link shipperAcls} of a user. Brokers keep an ACL once, however often it is created.
 * @returns the number of ACLs
 * @throws {UnavailableError} if the brokers do not answer, or refuse
 */
export async function restrictToShipping(
  connection: KafkaConnection,
  user: string,
  deadlineMs = deadlineMsDefault,
): Promise<number> {
  // A new cluster may have no controller for a moment. A retry is harmless, because the same ACL is kept once.
  const options = clientOptions(connection, 'offbeat-acls', requestTimeoutMs);
  const retries = new DelayedRetries();
  const admin = new Admin({ ...options, ...retries.options });
  const creations = [...shipperAcls(user, kafkaNames(connection.prefix))];
  try {
    await withDeadline(admin.createAcls({ creations }), deadlineMs, 'Kafka: the ACLs were not set');
    return creations.length;
  } catch (error) {
    throw retries.explained(unavailable(`Kafka: setting the ACLs of ${user}`, error));
  } finally {
    await admin.close();
  }
}
