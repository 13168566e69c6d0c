import { searchClientOf } from '../shared/adapters/opensearch/connect.ts';
import { searchServer } from '../shared/adapters/opensearch/server.ts';
import { connectSecrets } from '../shared/adapters/secrets/connect.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createSetUp } from './handler.ts';

const { env } = process;

export const handler = createSetUp({
  searchServer: searchServer(await searchClientOf(env, connectSecrets(env))),
  telemetry: powertoolsTelemetry({ service: 'set-up-warehouse' }),
  clock: systemClock,
});
