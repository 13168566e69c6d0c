import { KafkaClient } from '@aws-sdk/client-kafka';
import type { KafkaClusters } from '../../ports/kafka-clusters.ts';
import { clientConfig } from '../aws/client-config.ts';
import { mskClusters } from './clusters.ts';

/**
 * Returns the clusters of MSK in the region of the environment, or at the address in the SDK's variable
 * `AWS_ENDPOINT_URL_KAFKA`.
 */
export const connectKafkaClusters = (): KafkaClusters => mskClusters({ client: new KafkaClient(clientConfig()) });
