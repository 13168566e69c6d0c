import { connectDocumentQueue } from '../shared/adapters/sqs/connect.ts';
import { readDeployed } from '../shared/handler/deployed.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createCollectAccount } from './handler.ts';

const { env } = process;

export const handler = createCollectAccount({
  ...readDeployed(import.meta.dirname),
  documents: connectDocumentQueue(env),
  clock: systemClock,
  env,
  telemetry: powertoolsTelemetry({ service: 'collect-account' }),
});
