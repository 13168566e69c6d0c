import type { KafkaAdmin } from '../../ports/kafka-admin.ts';
import { restrictToShipping } from './acls.ts';
import type { KafkaConnection } from './connection.ts';
import { deniedByBroker } from './denied.ts';
import { groupsInUse } from './groups.ts';
import { createTopics } from './topics.ts';

/**
 * Returns {@link groupsInUse}, {@link createTopics} and {@link restrictToShipping} as a port, with a missing permission as
 * an error of its own.
 */
export const kafkaAdmin = (connection: KafkaConnection): KafkaAdmin => ({
  groupsInUse: (groups) => groupsInUse(connection, groups).catch(fail),
  createTopics: (partitions, replicas) => createTopics(connection, partitions, replicas).catch(fail),
  restrictToShipping: (user) => restrictToShipping(connection, user).catch(fail),
});

const fail = (error: unknown): never => {
  throw deniedByBroker(error) ?? error;
};
