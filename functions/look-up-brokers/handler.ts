import * as z from 'zod';
import { type ResourceHandler, resourceHandler } from '../shared/handler/resource-handler.ts';
import type { Ports } from '../shared/ports/index.ts';
import { clusterLogins, type KafkaClusters } from '../shared/ports/kafka-clusters.ts';
import type { WaitTiming } from '../shared/time/waits.ts';
import { checkScramSecret, lookUpBrokers } from './look-up.ts';

export interface LookUpBrokersPorts extends Pick<Ports, 'telemetry'> {
  readonly clusters: KafkaClusters;
  /** @default the system's clock */
  readonly timing?: WaitTiming;
}

const properties = z.looseObject({
  clusterArn: z.string().regex(/^arn:[\w-]+:kafka:[\w-]+:\d{12}:cluster\/.+$/, 'expected the ARN of an MSK cluster'),
  login: z.enum(clusterLogins),
  shipperSecret: z
    .string()
    .regex(/^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:.+$/, 'expected the ARN of a secret')
    .optional(),
});

/**
 * Creates the function that finds the brokers of an MSK cluster when a stack is deployed, because CloudFormation does not
 * return them. It refuses a cluster that Offbeat cannot run on; see {@link lookUpBrokers}. With `shipperSecret` it also
 * refuses one that the shippers cannot log in to; see {@link checkScramSecret}. The stack reads the attribute `brokers`.
 */
export function createLookUpBrokers({ clusters, telemetry, timing }: LookUpBrokersPorts): ResourceHandler {
  const resource = {
    id: 'offbeat-brokers',
    properties,
    async set({ clusterArn, login, shipperSecret }: z.infer<typeof properties>) {
      const brokers = await lookUpBrokers(clusters, clusterArn, login);
      if (shipperSecret !== undefined) {
        await checkScramSecret(clusters, { arn: clusterArn, secret: shipperSecret }, timing);
      }
      telemetry.info('the brokers were looked up', { clusterArn, login, brokers });
      return { brokers };
    },
  };
  return resourceHandler('look-up-brokers', telemetry, resource, timing);
}
