import { powertoolsTelemetry } from '../shared/adapters/powertools/telemetry.ts';
import { readDeployed } from '../shared/connect/deployed.ts';
import { connectEventLog } from '../shared/connect/kafka.ts';
import { connectSecrets } from '../shared/connect/secrets.ts';
import { createHeartbeat } from './handler.ts';

const { env } = process;

export const handler = createHeartbeat({
  ...readDeployed(import.meta.dirname),
  eventLog: connectEventLog(env, connectSecrets(env)),
  telemetry: powertoolsTelemetry({ service: 'heartbeat' }),
});
