import { connectWarehouse } from '../shared/adapters/opensearch/connect.ts';
import { connectSecrets } from '../shared/adapters/secrets/connect.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createAggregate } from './handler.ts';

const { env } = process;

export const handler = createAggregate({
  warehouse: await connectWarehouse(env, connectSecrets(env)),
  telemetry: powertoolsTelemetry({ service: 'aggregate' }),
  clock: systemClock,
});
