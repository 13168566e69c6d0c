import { connectDeliveries, connectLedger } from '../shared/adapters/dynamodb/connect.ts';
import { connectEventLog } from '../shared/adapters/kafka/connect.ts';
import { connectWarehouse } from '../shared/adapters/opensearch/connect.ts';
import { connectSecrets } from '../shared/adapters/secrets/connect.ts';
import { readDeployed } from '../shared/handler/deployed.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createApi } from './handler.ts';
import { healthByTables } from './health.ts';

const { env } = process;
const secrets = connectSecrets(env);
const deployed = readDeployed(import.meta.dirname);
const { deliveries, receivers } = connectDeliveries(env);
const tables = {
  ledger: connectLedger(env),
  deliveries,
  receivers,
  clock: systemClock,
  names: deployed.settings.receivers.map(({ name }) => name),
  uses: { eventLog: 'Kafka', ledger: 'DynamoDB', warehouse: 'OpenSearch' },
};

export const handler = createApi({
  ...deployed,
  eventLog: connectEventLog(env, secrets),
  warehouse: await connectWarehouse(env, secrets),
  deliveries,
  telemetry: powertoolsTelemetry({ service: 'api' }),
  clock: systemClock,
  health: () => healthByTables(tables),
});
