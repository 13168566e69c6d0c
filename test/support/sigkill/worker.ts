import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import type { Ports } from '../../../functions/shared/ports/index.ts';
import { storeFile } from '../../../local/data-dir.ts';
import { openEmbedded } from '../../../local/embedded.ts';
import { withFaults } from '../faults.ts';
import { PassedClock } from './passed-clock.ts';

/** The orders of one process, as its first argument in JSON. */
export interface Job {
  readonly dataDir: string;
  readonly recording: string;
  /** The address of the webhooks. */
  readonly receiver: string;
  /** The side of a call to a port at which the process kills itself. @default none */
  readonly dieAt?: Place;
  /**
   * A file of the time that is passed from one process to the next; then the process waits for what waits for a later
   * try.
   *
   * @default the system's time; what waits is left
   */
  readonly clockFile?: string;
}

/** A side of a call: the `nth` from the start of the process, of the calls with this name, or of all. From 1. */
export interface Place {
  readonly nth: number;
  /** The side and the call, such as `after deliveries.wait`. */
  readonly at?: string;
}

/** The ports that a stage of the flow calls to change something, or to learn what it may change. */
const mortal = [
  'eventLog',
  'ledger',
  'objects',
  'warehouse',
  'publisher',
  'deliveries',
  'receivers',
  'queue',
  'attempts',
] as const;

const job: Job = JSON.parse(process.argv[2]!);
const settings = settingsSchema.parse({
  receivers: [
    { name: 'hook', webhook: { url: job.receiver, secret: 'env:OFFBEAT_SIGKILL_SECRET', allowPrivate: true } },
    { name: 'terminal', terminal: {} },
  ],
});

const clock = job.clockFile === undefined ? undefined : new PassedClock(job.clockFile);
const embedded = await openEmbedded({
  dataDir: job.dataDir,
  settings,
  windowMs: 0,
  terminal: () => {},
  wrapPorts: mayDie,
  ...(clock && { clock }),
});
await embedded.replay({ file: job.recording, cluster: 'recorded' });
await embedded.drain();
if (clock !== undefined) await waitForAll(clock);
await embedded.upkeep.sweep();
await embedded.close();

/** Moves time on from each message's next try to the next, until none waits. */
async function waitForAll(passed: PassedClock): Promise<void> {
  const view = new DatabaseSync(join(job.dataDir, storeFile), { readOnly: true });
  const first = view.prepare('SELECT min(visible_ms) AS due FROM messages');
  for (let due = first.get()?.due; typeof due === 'number'; due = first.get()?.due) {
    passed.reach(due);
    await embedded.drain();
  }
  view.close();
}

function mayDie(ports: Ports): Ports {
  let sides = 0;
  const { nth, at } = job.dieAt ?? {};
  const wrapped = mortal.map((name) => [
    name,
    withFaults(name, ports[name], (call, side) => {
      const place = `${side} ${call}`;
      if (at !== undefined && at !== place) return undefined;
      sides += 1;
      if (sides === nth) {
        writeSync(process.stdout.fd, place);
        process.kill(process.pid, 'SIGKILL');
      }
      return undefined;
    }),
  ]);
  return { ...ports, ...Object.fromEntries(wrapped) };
}
