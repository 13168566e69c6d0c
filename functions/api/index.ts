import { powertoolsTelemetry } from '../shared/adapters/powertools/telemetry.ts';
import { readDeployed } from '../shared/connect/deployed.ts';
import { connectLedger } from '../shared/connect/dynamodb.ts';
import { connectEventLog } from '../shared/connect/kafka.ts';
import { connectWarehouse } from '../shared/connect/opensearch.ts';
import { connectSecrets } from '../shared/connect/secrets.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createApi } from './handler.ts';
import { healthByLedger } from './health.ts';

const { env } = process;
const secrets = connectSecrets(env);
const ledger = connectLedger(env);
const uses = { eventLog: 'Kafka', ledger: 'DynamoDB', warehouse: 'OpenSearch' };

export const handler = createApi({
  ...readDeployed(import.meta.dirname),
  eventLog: connectEventLog(env, secrets),
  warehouse: await connectWarehouse(env, secrets),
  telemetry: powertoolsTelemetry({ service: 'api' }),
  clock: systemClock,
  health: () => healthByLedger(ledger, systemClock, uses),
});
