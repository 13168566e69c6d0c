import { connectLedger } from '../shared/adapters/dynamodb/connect.ts';
import { connectEventLog } from '../shared/adapters/kafka/connect.ts';
import { connectSecrets } from '../shared/adapters/secrets/connect.ts';
import { readDeployed } from '../shared/handler/deployed.ts';
import { answering } from '../shared/handler/polling.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
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
