import { connectLedger } from '../shared/adapters/dynamodb/connect.ts';
import { connectEventLog } from '../shared/adapters/kafka/connect.ts';
import { connectObjects } from '../shared/adapters/s3/connect.ts';
import { connectSecrets } from '../shared/adapters/secrets/connect.ts';
import { withPageUrl } from '../shared/environment/page-url.ts';
import { readDeployed } from '../shared/handler/deployed.ts';
import { answering } from '../shared/handler/polling.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createAlert } from './handler.ts';

const { env } = process;
const telemetry = powertoolsTelemetry({ service: 'alert' });

export const handler = answering(
  env,
  { stage: 'alert', telemetry },
  createAlert({
    ...withPageUrl(readDeployed(import.meta.dirname), env),
    eventLog: connectEventLog(env, connectSecrets(env)),
    ledger: connectLedger(env),
    objects: connectObjects(env),
    telemetry,
    clock: systemClock,
  }),
);
