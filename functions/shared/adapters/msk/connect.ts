import { KafkaClient } from '@aws-sdk/client-kafka';
import type { KafkaClusters } from '../../ports/kafka-clusters.ts';
import { clientConfig } from '../aws/client-config.ts';
import { mskClusters } from './clusters.ts';

/** MSK in the region of the environment, or what the SDK's own `AWS_ENDPOINT_URL_KAFKA` names. */
export const connectKafkaClusters = (): KafkaClusters => mskClusters({ client: new KafkaClient(clientConfig()) });
