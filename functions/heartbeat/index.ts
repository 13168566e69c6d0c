import { connectEventLog } from '../shared/adapters/kafka/connect.ts';
import { connectSecrets } from '../shared/adapters/secrets/connect.ts';
import { readDeployed } from '../shared/handler/deployed.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { createHeartbeat } from './handler.ts';

const { env } = process;

export const handler = createHeartbeat({
  ...readDeployed(import.meta.dirname),
  eventLog: connectEventLog(env, connectSecrets(env)),
  telemetry: powertoolsTelemetry({ service: 'heartbeat' }),
});
