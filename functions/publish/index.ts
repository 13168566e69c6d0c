import { connectDeliveries } from '../shared/adapters/dynamodb/connect.ts';
import { connectPublisher } from '../shared/adapters/sns/connect.ts';
import { connectRejectedAlerts } from '../shared/adapters/sqs/connect.ts';
import { readDeployed } from '../shared/handler/deployed.ts';
import { answering } from '../shared/handler/polling.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createPublish } from './handler.ts';

const { env } = process;
const telemetry = powertoolsTelemetry({ service: 'publish' });

export const handler = answering(
  env,
  { stage: 'publish', telemetry },
  createPublish({
    ...readDeployed(import.meta.dirname),
    ...connectDeliveries(env),
    publisher: connectPublisher(env),
    deadLetters: connectRejectedAlerts(env),
    telemetry,
    clock: systemClock,
  }),
);
