import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { openEmbedded } from '../../local/embedded.ts';
import { interlude, withFaults } from '../support/faults.ts';

/**
 * A process over the servers that the environment names, to be told what to do by its parent. `hold`: the next batch
 * waits before its commit point, and `held` is told, until `go on`. `end`: ends well, and tells what it counted.
 */
let held = Promise.withResolvers<void>();
let hold = (_call: string, _side: 'before' | 'after'): ReturnType<ReturnType<typeof interlude>> => undefined;

const embedded = await openEmbedded({
  dataDir: undefined,
  settings: defaultSettings,
  terminal: () => {},
  env: process.env,
  windowMs: 0,
  wrapPorts: (ports) => ({
    ...ports,
    ledger: withFaults('ledger', ports.ledger, (call, side) => hold(call, side)),
  }),
});

const acts: Readonly<Record<string, () => void | Promise<void>>> = {
  hold() {
    held = Promise.withResolvers();
    hold = interlude('ledger.advance', 'before', () => {
      process.send!('held');
      return held.promise;
    });
    process.send!('holding');
  },
  'go on': () => held.resolve(),
  async end() {
    await embedded.close();
    process.send!(embedded.telemetry.counts());
    process.disconnect();
  },
};
process.on('message', (act: string) => void acts[act]?.());

await embedded.start();
process.send!('up');
