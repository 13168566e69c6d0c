import { connectDeliveries, connectLedger } from '../shared/adapters/dynamodb/connect.ts';
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

/** Returns the ports of what is shipped. One log both appends and counts, so that its connections are shared. */
function shippingTo(ofDeployment: NonNullable<typeof warehouse>) {
  const eventLog = connectEventLog(env, secrets);
  return { warehouse: ofDeployment, eventLog, counts: eventLog, deliveries: connectDeliveries(env).deliveries };
}

export const handler = createSelfCheck({
  ...readDeployed(import.meta.dirname),
  ledger: connectLedger(env),
  shipping: warehouse && shippingTo(warehouse),
  telemetry: powertoolsTelemetry({ service: 'self-check' }),
  clock: systemClock,
});
