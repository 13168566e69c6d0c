import { bySource } from '../shared/adapters/middy/by-source.ts';
import { powertoolsTelemetry } from '../shared/adapters/powertools/telemetry.ts';
import { readDeployed } from '../shared/connect/deployed.ts';
import { connectEventLog } from '../shared/connect/kafka.ts';
import { connectWarehouse } from '../shared/connect/opensearch.ts';
import { answering } from '../shared/connect/polling.ts';
import { connectSecrets } from '../shared/connect/secrets.ts';
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
