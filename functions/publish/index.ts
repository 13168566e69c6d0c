import { powertoolsTelemetry } from '../shared/adapters/powertools/telemetry.ts';
import { readDeployed } from '../shared/connect/deployed.ts';
import { connectDeliveries } from '../shared/connect/dynamodb.ts';
import { connectEventLog } from '../shared/connect/kafka.ts';
import { answering } from '../shared/connect/polling.ts';
import { connectSecrets } from '../shared/connect/secrets.ts';
import { connectPublisher } from '../shared/connect/sns.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createPublish } from './handler.ts';

const { env } = process;
const telemetry = powertoolsTelemetry({ service: 'publish' });

export const handler = answering(
  env,
  { stage: 'publish', telemetry },
  createPublish({
    ...readDeployed(import.meta.dirname),
    eventLog: connectEventLog(env, connectSecrets(env)),
    ...connectDeliveries(env),
    publisher: connectPublisher(env),
    telemetry,
    clock: systemClock,
  }),
);
