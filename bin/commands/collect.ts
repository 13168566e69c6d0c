import { hostname } from 'node:os';
import { Command } from 'commander';
import { collectStorage } from '../../functions/collect/storage/collect-storage.ts';
import { isLoopback, parseStorageTarget, withNetworks } from '../../functions/collect/storage/target.ts';
import { packetNetwork } from '../../functions/shared/adapters/packets/connection.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { FailedError } from '../../local/failed-error.ts';
import { withExamples } from '../options.ts';
import { storageLines } from '../storage-lines.ts';
import type { Terminal } from '../terminal.ts';

interface CollectFlags {
  readonly network?: readonly string[];
  readonly json?: boolean;
}

export function collectCommand(terminal: Terminal): Command {
  const command = new Command('collect')
    .description('Ask the master of a MooseFS or LizardFS storage once, and print its status and chunkservers.')
    .argument('<target>', 'moosefs://HOST or moosefs://HOST:PORT; the port of a master is 9421')
    .option('--network <cidr...>', 'networks in which chunkservers are asked for their disks; default: private ones')
    .option('--json', 'print one JSON object: { "documents": [...] }, as they would be appended to topic beats')
    .action((target: string, flags: CollectFlags) => collect(target, flags, terminal));
  return withExamples(
    command,
    'npx offbeat collect moosefs://mfsmaster',
    'npx offbeat collect moosefs://10.77.0.10:9421 --network 10.77.0.0/16 --json',
  );
}

/** Collects a storage and prints it. @throws {FailedError} after it is printed, if the storage is down or unknown */
async function collect(text: string, { network, json }: CollectFlags, terminal: Terminal): Promise<void> {
  const target = withNetworks(parseStorageTarget(text), network);
  const hostName = isLoopback(target.host) ? hostname() : target.host;
  const documents = await collectStorage(target, { network: packetNetwork, clock: systemClock, hostName });
  if (json) terminal.printJson({ documents }, 2);
  else for (const line of storageLines(documents)) terminal.print(...line);
  const { status, reason } = documents[0]!.moosefs.master!;
  if (status === 'down' || status === 'unknown') throw new FailedError(`the storage is ${status}: ${reason}`);
}
