import { writeSync } from 'node:fs';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import type { Ports } from '../../../functions/shared/ports/index.ts';
import { openEmbedded } from '../../../local/embedded.ts';
import { withFaults } from '../faults.ts';

/** What one process is to do, as its first argument in JSON. */
export interface Job {
  readonly dataDir: string;
  readonly recording: string;
  /** Where the webhooks go. */
  readonly receiver: string;
  /** The side of a call to a port at which the process kills itself, counted from 1; absent: at none. */
  readonly dieAt?: number;
}

/** Every port that a stage of the flow calls to change something, or to learn what it may change. */
const mortal = ['eventLog', 'ledger', 'objects', 'warehouse', 'publisher', 'deliveries', 'queue', 'attempts'] as const;

const job: Job = JSON.parse(process.argv[2]!);
const settings = settingsSchema.parse({
  receivers: [
    { name: 'hook', webhook: { url: job.receiver, secret: 'env:OFFBEAT_SIGKILL_SECRET', allowPrivate: true } },
    { name: 'terminal', terminal: {} },
  ],
});

const embedded = await openEmbedded({
  dataDir: job.dataDir,
  settings,
  windowMs: 0,
  terminal: () => {},
  wrapPorts: mayDie,
});
await embedded.replay({ file: job.recording, cluster: 'recorded' });
await embedded.drain();
await embedded.sweep();
await embedded.close();

function mayDie(ports: Ports): Ports {
  let sides = 0;
  const wrapped = mortal.map((name) => [
    name,
    withFaults(name, ports[name], (call, side) => {
      sides += 1;
      if (sides === job.dieAt) {
        writeSync(process.stdout.fd, `${side} ${call}`);
        process.kill(process.pid, 'SIGKILL');
      }
      return undefined;
    }),
  ]);
  return { ...ports, ...Object.fromEntries(wrapped) };
}
