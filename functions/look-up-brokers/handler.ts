import * as z from 'zod';
import { type ResourceHandler, resourceHandler } from '../shared/handler/resource-handler.ts';
import type { Ports } from '../shared/ports/index.ts';
import { clusterLogins, type KafkaClusters } from '../shared/ports/kafka-clusters.ts';
import { lookUpBrokers } from './look-up.ts';

export type LookUpBrokersPorts = Pick<Ports, 'telemetry'> & { readonly clusters: KafkaClusters };

const properties = z.looseObject({
  clusterArn: z.string().regex(/^arn:[\w-]+:kafka:[\w-]+:\d{12}:cluster\/.+$/, 'expected the ARN of an MSK cluster'),
  login: z.enum(clusterLogins),
});

/**
 * Creates the function that finds the brokers of an MSK cluster when a stack is deployed, because CloudFormation does not
 * return them. It refuses a cluster that Offbeat cannot run on; see {@link lookUpBrokers}. The stack reads the attribute
 * `brokers`.
 */
export function createLookUpBrokers({ clusters, telemetry }: LookUpBrokersPorts): ResourceHandler {
  return resourceHandler('look-up-brokers', telemetry, {
    id: 'offbeat-brokers',
    properties,
    async set({ clusterArn, login }) {
      const brokers = await lookUpBrokers(clusters, clusterArn, login);
      telemetry.info('the brokers were looked up', { clusterArn, login, brokers });
      return { brokers };
    },
  });
}
