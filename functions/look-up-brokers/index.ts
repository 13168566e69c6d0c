import { powertoolsTelemetry } from '../shared/adapters/powertools/telemetry.ts';
import { connectKafkaClusters } from '../shared/connect/msk.ts';
import { createLookUpBrokers } from './handler.ts';

export const handler = createLookUpBrokers({
  clusters: connectKafkaClusters(),
  telemetry: powertoolsTelemetry({ service: 'look-up-brokers' }),
});
