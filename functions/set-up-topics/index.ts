import { kafkaConnectionOf } from '../shared/adapters/kafka/connect.ts';
import { kafkaTopicAdmin } from '../shared/adapters/kafka/topics.ts';
import { connectSecrets } from '../shared/adapters/secrets/connect.ts';
import { readDeployed } from '../shared/handler/deployed.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { createSetUpTopics } from './handler.ts';

const { env } = process;

export const handler = createSetUpTopics({
  ...readDeployed(import.meta.dirname),
  topicAdmin: kafkaTopicAdmin(kafkaConnectionOf(env, connectSecrets(env))),
  telemetry: powertoolsTelemetry({ service: 'set-up-topics' }),
});
