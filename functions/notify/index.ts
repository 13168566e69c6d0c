import { powertoolsTelemetry } from '../shared/adapters/powertools/telemetry.ts';
import { readDeployed } from '../shared/connect/deployed.ts';
import { connectDeliveries } from '../shared/connect/dynamodb.ts';
import { connectSecrets } from '../shared/connect/secrets.ts';
import { connectAttempts, connectQueue } from '../shared/connect/sqs.ts';
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
