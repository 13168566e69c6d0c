import { kafkaAdmin } from '../shared/adapters/kafka/admin.ts';
import { kafkaConnectionOf } from '../shared/adapters/kafka/connect.ts';
import { connectSecrets } from '../shared/adapters/secrets/connect.ts';
import { readDeployed } from '../shared/handler/deployed.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { createSetUpKafka } from './handler.ts';

const { env } = process;

export const handler = createSetUpKafka({
  ...readDeployed(import.meta.dirname),
  kafkaAdmin: kafkaAdmin(kafkaConnectionOf(env, connectSecrets(env))),
  telemetry: powertoolsTelemetry({ service: 'set-up-kafka' }),
});
