import { searchServer } from '../shared/adapters/opensearch/server.ts';
import { powertoolsTelemetry } from '../shared/adapters/powertools/telemetry.ts';
import { searchClientOf } from '../shared/connect/opensearch.ts';
import { connectSecrets } from '../shared/connect/secrets.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { createSetUp } from './handler.ts';

const { env } = process;

export const handler = createSetUp({
  searchServer: searchServer(await searchClientOf(env, connectSecrets(env))),
  telemetry: powertoolsTelemetry({ service: 'set-up-warehouse' }),
  clock: systemClock,
});
