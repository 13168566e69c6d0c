import { powertoolsTelemetry } from '../shared/adapters/powertools/telemetry.ts';
import { readDeployed } from '../shared/connect/deployed.ts';
import { connectLedger } from '../shared/connect/dynamodb.ts';
import { connectEventLog } from '../shared/connect/kafka.ts';
import { answering } from '../shared/connect/polling.ts';
import { connectSecrets } from '../shared/connect/secrets.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createNormalise } from './handler.ts';

const { env } = process;
const telemetry = powertoolsTelemetry({ service: 'normalise' });

export const handler = answering(
  env,
  { stage: 'normalise', telemetry },
  createNormalise({
    ...readDeployed(import.meta.dirname),
    eventLog: connectEventLog(env, connectSecrets(env)),
    ledger: connectLedger(env),
    telemetry,
    clock: systemClock,
  }),
);
