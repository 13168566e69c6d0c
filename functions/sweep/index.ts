import { connectLedger } from '../shared/adapters/dynamodb/connect.ts';
import { connectEventLog } from '../shared/adapters/kafka/connect.ts';
import { connectObjects } from '../shared/adapters/s3/connect.ts';
import { connectSecrets } from '../shared/adapters/secrets/connect.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createSweep } from './handler.ts';

const { env } = process;

export const handler = createSweep({
  eventLog: connectEventLog(env, connectSecrets(env)),
  ledger: connectLedger(env),
  objects: connectObjects(env),
  telemetry: powertoolsTelemetry({ service: 'sweep' }),
  clock: systemClock,
});
