import { powertoolsTelemetry } from '../shared/adapters/powertools/telemetry.ts';
import { readDeployed } from '../shared/connect/deployed.ts';
import { connectLedger } from '../shared/connect/dynamodb.ts';
import { connectEventLog } from '../shared/connect/kafka.ts';
import { answering } from '../shared/connect/polling.ts';
import { connectObjects } from '../shared/connect/s3.ts';
import { connectSecrets } from '../shared/connect/secrets.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createDetect } from './handler.ts';

const { env } = process;
const telemetry = powertoolsTelemetry({ service: 'detect' });

export const handler = answering(
  env,
  { stage: 'detect', telemetry },
  createDetect({
    ...readDeployed(import.meta.dirname),
    eventLog: connectEventLog(env, connectSecrets(env)),
    ledger: connectLedger(env),
    objects: connectObjects(env),
    telemetry,
    clock: systemClock,
  }),
);
