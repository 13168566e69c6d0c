import { connectLedger } from '../shared/adapters/dynamodb/connect.ts';
import { connectEventLog } from '../shared/adapters/kafka/connect.ts';
import { connectWarehouseIfAny } from '../shared/adapters/opensearch/connect.ts';
import { connectSecrets } from '../shared/adapters/secrets/connect.ts';
import { readDeployed } from '../shared/handler/deployed.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createSelfCheck } from './handler.ts';

const { env } = process;
const secrets = connectSecrets(env);
const warehouse = await connectWarehouseIfAny(env, secrets);

export const handler = createSelfCheck({
  ...readDeployed(import.meta.dirname),
  ledger: connectLedger(env),
  canary: warehouse && { warehouse, eventLog: connectEventLog(env, secrets) },
  telemetry: powertoolsTelemetry({ service: 'self-check' }),
  clock: systemClock,
});
