import * as z from 'zod';
import { type ResourceHandler, resourceHandler } from '../shared/handler/resource-handler.ts';
import { topics } from '../shared/log/topics.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { KafkaAdmin } from '../shared/ports/kafka-admin.ts';
import type { WaitTiming } from '../shared/time/waits.ts';
import { refuseGroupsInUse } from './groups-in-use.ts';

export interface SetUpKafkaPorts extends Pick<Ports, 'layout' | 'telemetry'> {
  readonly kafkaAdmin: KafkaAdmin;
  /** @default the system's clock */
  readonly timing?: WaitTiming;
}

const properties = z.looseObject({
  groups: z.array(z.string().regex(/^offbeat-\S+$/, 'expected a group such as offbeat-detect')).optional(),
  replicationFactor: z
    .string()
    .regex(/^[1-9]\d?$/, 'expected the replicas of a topic, a whole number such as 3')
    .transform(Number)
    .optional(),
  // Kafka reads `User:*` as every user.
  shipper: z
    .string()
    .regex(/^[^\s*]+$/, 'expected the user with which shippers log in')
    .optional(),
});

/** The properties of which each is a task. */
const tasks = ['replicationFactor', 'shipper', 'groups'];

const request = properties.refine((given) => tasks.some((task) => task in given), {
  path: ['replicationFactor'],
  error: 'expected the replicas of the topics, or shipper, got neither',
});

type Wanted = z.infer<typeof properties>;

/**
 * Creates the function that sets up brokers when a stack is deployed, where CloudFormation cannot: the topics on existing
 * brokers (with `replicationFactor`; the partitions are those of the layout), and the ACLs of the shippers' user on a
 * cluster of the deployment (with `shipper`). A second deployment changes nothing; a number of partitions other than that
 * of an existing topic is refused, and so are fewer replicas than asked for. With `groups` the first deployment is refused
 * while another one reads with these groups ({@link refuseGroupsInUse}). Topics and ACLs are kept when the stack is
 * deleted: the topics contain records that are not yet read, the ACLs end with their cluster, and neither is in the way of
 * a next deployment.
 */
export function createSetUpKafka({ layout, kafkaAdmin, telemetry, timing }: SetUpKafkaPorts): ResourceHandler {
  const resource = {
    id: 'offbeat-kafka',
    properties: request,
    async beforeCreate({ groups = [] }: Wanted) {
      if (groups.length > 0) await refuseGroupsInUse(kafkaAdmin, groups, timing);
    },
    async set({ replicationFactor, shipper }: Wanted) {
      return {
        ...(replicationFactor !== undefined && (await createTopics(replicationFactor))),
        ...(shipper !== undefined && (await restrict(shipper))),
      };
    },
  };
  return resourceHandler('set-up-kafka', telemetry, resource, timing);

  async function createTopics(replicationFactor: number) {
    const { created, warnings } = await kafkaAdmin.createTopics(layout.partitions, replicationFactor);
    for (const warning of warnings) telemetry.warn(warning, { replicationFactor });
    telemetry.info('the topics were set up', { created, replicationFactor });
    return { created: created.length, unchanged: Object.keys(topics).length - created.length };
  }

  async function restrict(shipper: string) {
    const acls = await kafkaAdmin.restrictToShipping(shipper);
    telemetry.info('the ACLs of the shippers were set', { shipper, acls });
    return { acls };
  }
}
