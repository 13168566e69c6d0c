import { mkdirSync } from 'node:fs';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { startEmbedded } from '../../../local/run.ts';

/** Runs `offbeat start` over the servers that the environment names, with the webhook at OFFBEAT_CHAOS_HOOK. */
const [dataDir] = process.argv.slice(2);
mkdirSync(dataDir!, { recursive: true });

await startEmbedded({
  dataDir: dataDir!,
  port: 0,
  replayFile: null,
  speed: 'max',
  host: false,
  selfCheck: false,
  settings: settingsSchema.parse({
    receivers: [
      {
        name: 'hook',
        webhook: { url: process.env.OFFBEAT_CHAOS_HOOK, secret: 'env:OFFBEAT_CHAOS_SECRET', allowPrivate: true },
      },
    ],
  }),
  env: process.env,
  out: (text) => process.stdout.write(text),
  onListening: () => process.send?.('up'),
});
