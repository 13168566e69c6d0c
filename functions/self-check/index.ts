import { powertoolsTelemetry } from '../shared/adapters/powertools/telemetry.ts';
import { readDeployed } from '../shared/connect/deployed.ts';
import { connectLedger } from '../shared/connect/dynamodb.ts';
import { connectEventLog } from '../shared/connect/kafka.ts';
import { connectWarehouse } from '../shared/connect/opensearch.ts';
import { connectSecrets } from '../shared/connect/secrets.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createSelfCheck } from './handler.ts';

const { env } = process;
const secrets = connectSecrets(env);

export const handler = createSelfCheck({
  ...readDeployed(import.meta.dirname),
  eventLog: connectEventLog(env, secrets),
  ledger: connectLedger(env),
  warehouse: await connectWarehouse(env, secrets),
  telemetry: powertoolsTelemetry({ service: 'self-check' }),
  clock: systemClock,
});
