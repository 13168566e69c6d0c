import * as z from 'zod';
import { type ResourceHandler, resourceHandler } from '../shared/handler/resource-handler.ts';
import { topics } from '../shared/log/topics.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { TopicAdmin } from '../shared/ports/topic-admin.ts';

export type SetUpTopicsPorts = Pick<Ports, 'layout' | 'telemetry'> & { readonly topicAdmin: TopicAdmin };

const properties = z.looseObject({
  replicationFactor: z
    .string()
    .regex(/^[1-9]\d?$/, 'expected the replicas of a topic, a whole number such as 3')
    .transform(Number),
});

/**
 * Creates the function that creates the topics when a stack is deployed, on brokers where CloudFormation cannot. The
 * partitions are those of the layout. A second deployment changes nothing; a number of partitions other than that of an
 * existing topic is refused. Topics are kept when the stack is deleted, because they contain records that are not yet read.
 */
export function createSetUpTopics({ layout, topicAdmin, telemetry }: SetUpTopicsPorts): ResourceHandler {
  return resourceHandler('set-up-topics', telemetry, {
    id: 'offbeat-topics',
    properties,
    async set({ replicationFactor }) {
      const created = await topicAdmin.create(layout.partitions, replicationFactor);
      telemetry.info('the topics were set up', { created, replicationFactor });
      return { created: created.length, unchanged: Object.keys(topics).length - created.length };
    },
  });
}
