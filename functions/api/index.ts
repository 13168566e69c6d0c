import { readFile } from 'node:fs/promises';
import { knownAlerts } from '../alert/known-alerts.ts';
import { connectDeliveries, connectLedger } from '../shared/adapters/dynamodb/connect.ts';
import { connectEventLog } from '../shared/adapters/kafka/connect.ts';
import { connectWarehouseIfAny } from '../shared/adapters/opensearch/connect.ts';
import { connectObjects } from '../shared/adapters/s3/connect.ts';
import { connectSecrets } from '../shared/adapters/secrets/connect.ts';
import { readDeployed } from '../shared/handler/deployed.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { lambdaAnswerBytesMax } from './answer-limit.ts';
import { documentFile } from './document-file.ts';
import { createApi } from './handler.ts';
import { healthByTables } from './health.ts';

const { env } = process;
const secrets = connectSecrets(env);
const deployed = readDeployed(import.meta.dirname);
const { deliveries, receivers } = connectDeliveries(env);
const ledger = connectLedger(env);
const warehouse = await connectWarehouseIfAny(env, secrets);
const tables = {
  ledger,
  deliveries,
  receivers,
  clock: systemClock,
  names: deployed.settings.receivers.map(({ name }) => name),
  uses: { eventLog: 'Kafka', ledger: 'DynamoDB', warehouse: warehouse === undefined ? 'none' : 'OpenSearch' },
};

// It is made where the function is bundled: the bundle has no JSON schemas.
const document = readFile(`${import.meta.dirname}/${documentFile}`, 'utf8').then(JSON.parse);

export const handler = createApi({
  ...deployed,
  eventLog: connectEventLog(env, secrets),
  warehouse: warehouse ?? knownAlerts({ ...deployed, ledger, objects: connectObjects(env) }),
  deliveries,
  telemetry: powertoolsTelemetry({ service: 'api' }),
  clock: systemClock,
  health: () => healthByTables(tables),
  document: () => document,
  answerBytesMax: lambdaAnswerBytesMax,
});
