import { connectEventLog } from '../shared/adapters/kafka/connect.ts';
import { connectSecrets } from '../shared/adapters/secrets/connect.ts';
import { readDeployed } from '../shared/handler/deployed.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createCollect } from './handler.ts';

const { env } = process;
const secrets = connectSecrets(env);

export const handler = createCollect({
  ...readDeployed(import.meta.dirname),
  eventLog: connectEventLog(env, secrets),
  secrets,
  clock: systemClock,
  telemetry: powertoolsTelemetry({ service: 'collect' }),
});
