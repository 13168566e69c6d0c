import { connectDeliveries } from '../shared/adapters/dynamodb/connect.ts';
import { connectSecrets } from '../shared/adapters/secrets/connect.ts';
import { connectAttempts, connectQueue } from '../shared/adapters/sqs/connect.ts';
import { readDeployed } from '../shared/handler/deployed.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createNotify } from './handler.ts';

const { env } = process;

export const handler = createNotify({
  ...readDeployed(import.meta.dirname),
  ...connectDeliveries(env),
  queue: connectQueue(env),
  attempts: connectAttempts(env),
  secrets: connectSecrets(env),
  telemetry: powertoolsTelemetry({ service: 'notify' }),
  clock: systemClock,
});
