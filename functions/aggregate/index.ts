import { powertoolsTelemetry } from '../shared/adapters/powertools/telemetry.ts';
import { connectWarehouse } from '../shared/connect/opensearch.ts';
import { connectSecrets } from '../shared/connect/secrets.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createAggregate } from './handler.ts';

const { env } = process;

export const handler = createAggregate({
  warehouse: await connectWarehouse(env, connectSecrets(env)),
  telemetry: powertoolsTelemetry({ service: 'aggregate' }),
  clock: systemClock,
});
