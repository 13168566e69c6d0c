import { powertoolsTelemetry } from '../shared/adapters/powertools/telemetry.ts';
import { readDeployed } from '../shared/connect/deployed.ts';
import { connectDeliveries, connectLedger } from '../shared/connect/dynamodb.ts';
import { connectEventLog } from '../shared/connect/kafka.ts';
import { connectWarehouse } from '../shared/connect/opensearch.ts';
import { connectSecrets } from '../shared/connect/secrets.ts';
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
