import { powertoolsTelemetry } from '../shared/adapters/powertools/telemetry.ts';
import { readDeployed } from '../shared/connect/deployed.ts';
import { connectEventLog } from '../shared/connect/kafka.ts';
import { connectWarehouse } from '../shared/connect/opensearch.ts';
import { answering } from '../shared/connect/polling.ts';
import { connectSecrets } from '../shared/connect/secrets.ts';
import { createPersist } from './handler.ts';

const { env } = process;
const secrets = connectSecrets(env);
const telemetry = powertoolsTelemetry({ service: 'persist' });

export const handler = answering(
  env,
  { stage: 'persist', telemetry },
  createPersist({
    ...readDeployed(import.meta.dirname),
    eventLog: connectEventLog(env, secrets),
    warehouse: await connectWarehouse(env, secrets),
    telemetry,
  }),
);
