import { connectEventLog } from '../shared/adapters/kafka/connect.ts';
import { connectWarehouse } from '../shared/adapters/opensearch/connect.ts';
import { connectSecrets } from '../shared/adapters/secrets/connect.ts';
import { bySource } from '../shared/handler/by-source.ts';
import { readDeployed } from '../shared/handler/deployed.ts';
import { answering } from '../shared/handler/polling.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { createPersistAttempts } from './attempts.ts';
import { createPersist } from './handler.ts';

const { env } = process;
const secrets = connectSecrets(env);
const telemetry = powertoolsTelemetry({ service: 'persist' });

const ports = {
  ...readDeployed(import.meta.dirname),
  eventLog: connectEventLog(env, secrets),
  warehouse: await connectWarehouse(env, secrets),
  telemetry,
};

export const handler = bySource(
  answering(env, { stage: 'persist', telemetry }, createPersist(ports)),
  createPersistAttempts(ports),
);
