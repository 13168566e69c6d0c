import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import type { LedgerKey } from '../../functions/shared/ports/ledger.ts';
import { openEmbedded } from '../../local/embedded.ts';
import { type FaultSide, withFaults } from '../support/faults.ts';

/**
 * Runs a process over the servers that the environment names, which its parent controls. `hold STAGE`: the next batch
 * of that stage waits before its commit point, and reports `held`, until `go on`. `end`: ends normally, and reports its
 * counts.
 */
let stageToHold: string | undefined;
let held = Promise.withResolvers<void>();

const embedded = await openEmbedded({
  dataDir: undefined,
  settings: defaultSettings,
  terminal: () => {},
  env: process.env,
  windowMs: 0,
  wrapPorts: (ports) => ({ ...ports, ledger: withFaults('ledger', ports.ledger, hold) }),
});

async function hold(call: string, side: FaultSide, [key]: readonly unknown[]): Promise<undefined> {
  if (call !== 'ledger.advance' || side !== 'before' || (key as LedgerKey).stage !== stageToHold) return;
  stageToHold = undefined;
  process.send!('held');
  await held.promise;
}

async function act(word: string): Promise<void> {
  if (word.startsWith('hold ')) {
    held = Promise.withResolvers();
    stageToHold = word.slice('hold '.length);
    process.send!('holding');
  } else if (word === 'go on') held.resolve();
  else {
    await embedded.close();
    process.send!(embedded.telemetry.counts());
    process.disconnect();
  }
}
process.on('message', (word: string) => void act(word));

await embedded.start();
process.send!('up');
