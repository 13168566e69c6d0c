import { join } from 'node:path';
import { Command } from 'commander';
import { storeFile } from '../../local/data-dir.ts';
import { requireStore, withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { clockTime, shellWord } from '../words.ts';

interface BackupFlags {
  readonly data: string;
}

export function backupCommand(terminal: Terminal): Command {
  const command = new Command('backup')
    .description('Copy the store into one file, also while "offbeat start" runs on it.')
    .argument('<file>', 'the copy; the file must not exist')
    .option('--data <dir>', 'folder of the store', '.offbeat')
    .action((file: string, flags: BackupFlags) => backUp(file, flags, terminal));
  return withExamples(
    command,
    'npx offbeat backup offbeat-monday.db',
    'npx offbeat backup /backups/offbeat.db --data /var/lib/offbeat',
  );
}

async function backUp(file: string, { data }: BackupFlags, terminal: Terminal): Promise<void> {
  requireStore(data);
  const { backUpStore } = await import('../../local/backup.ts');
  const { namedServers } = await import('../../local/backends.ts');
  const { interruptSignal } = await import('../../local/interrupt.ts');
  const servers = namedServers(process.env);
  if (servers.length > 0) {
    terminal.warn(
      `warning: ${servers.join(', ')} name servers: this backs up the store in ${data}, and nothing that is on the servers`,
    );
  }
  const storePath = join(data, storeFile);
  const atMs = Date.now();
  const bytes = await backUpStore({
    storePath,
    file,
    signal: interruptSignal(terminal.warn),
    onProgress: (share) => terminal.progress(`${Math.floor(100 * share)} % copied`),
  });
  terminal.print(`${file} is the store in ${data} as it was at ${clockTime(atMs)}, ${(bytes / 1e6).toFixed(1)} MB`);
  const [copy, store, wal, shm] = [file, storePath, `${storePath}-wal`, `${storePath}-shm`].map(shellWord);
  terminal.print(
    `to restore it, stop the process that uses the store, then: rm -f ${wal} ${shm} && cp ${copy} ${store}`,
  );
}
