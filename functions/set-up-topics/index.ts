import { kafkaTopicAdmin } from '../shared/adapters/kafka/topics.ts';
import { powertoolsTelemetry } from '../shared/adapters/powertools/telemetry.ts';
import { readDeployed } from '../shared/connect/deployed.ts';
import { kafkaConnectionOf } from '../shared/connect/kafka.ts';
import { connectSecrets } from '../shared/connect/secrets.ts';
import { createSetUpTopics } from './handler.ts';

const { env } = process;

export const handler = createSetUpTopics({
  ...readDeployed(import.meta.dirname),
  topicAdmin: kafkaTopicAdmin(kafkaConnectionOf(env, connectSecrets(env))),
  telemetry: powertoolsTelemetry({ service: 'set-up-topics' }),
});
