import { connectKafkaClusters } from '../shared/adapters/msk/connect.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { createLookUpBrokers } from './handler.ts';

export const handler = createLookUpBrokers({
  clusters: connectKafkaClusters(),
  telemetry: powertoolsTelemetry({ service: 'look-up-brokers' }),
});
