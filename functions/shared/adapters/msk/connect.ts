import { KafkaClient } from '@aws-sdk/client-kafka';
import { UsageError } from '../../domain/errors.ts';
import { type Environment, optional } from '../../environment/variables.ts';
import type { KafkaClusters } from '../../ports/kafka-clusters.ts';
import type { ManagedKafka } from '../../ports/managed-kafka.ts';
import { clientConfig } from '../aws/client-config.ts';
import { mskClusters } from './clusters.ts';
import { mskControlPlane } from './control-plane.ts';

/**
 * Returns the clusters of MSK in the region of the environment, or at the address in the SDK's variable
 * `AWS_ENDPOINT_URL_KAFKA`.
 */
export const connectKafkaClusters = (): KafkaClusters => mskClusters({ client: new KafkaClient(clientConfig()) });

/** A provider, and the region that it is asked in. */
export interface ConnectedKafka {
  readonly provider: ManagedKafka;
  readonly region: string;
}

/**
 * Returns the control plane of MSK, or that at the address in the SDK's variable `AWS_ENDPOINT_URL_KAFKA`.
 * @param given the region @default that of the environment
 * @throws {UsageError} if neither names one
 */
export function connectControlPlane(env: Environment, given?: string): ConnectedKafka {
  const region = given ?? optional(env, 'AWS_REGION') ?? optional(env, 'AWS_DEFAULT_REGION');
  if (region === undefined)
    throw new UsageError('no region of AWS is named: set AWS_REGION, or end the address with ?region=eu-central-1');
  return { provider: mskControlPlane(new KafkaClient(clientConfig({ region })), region), region };
}
