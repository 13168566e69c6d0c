import { join } from 'node:path';
import { Command } from 'commander';
import { receiverFacts } from '../../functions/shared/domain/receivers/registry.ts';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import { endpointVariable } from '../../functions/shared/environment/aws-endpoints.ts';
import { optional } from '../../functions/shared/environment/variables.ts';
import {
  type FlowOptions,
  settingsFlag,
  settingsHelp,
  settingsOf,
  speed,
  wholeNumber,
  withExamples,
} from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { listLettersWords, redriveWords } from '../words.ts';

interface StartFlags extends FlowOptions {
  readonly data: string;
  readonly port: number;
  readonly listen: string;
  readonly replay?: string | false;
  readonly speed: number | 'max';
  readonly host: boolean;
  readonly selfCheck: boolean;
}

/** The recording that the first start replays; it is part of the package. */
export const bundledRecording = join(import.meta.dirname, '../../events/recordings/cluster-load.ndjson.gz');

export function startCommand(terminal: Terminal): Command {
  const command = new Command('start')
    .description('Run the whole flow in one process: a recorded cluster first, then this host.')
    .option('--data <dir>', 'folder of the store', '.offbeat')
    .option('--port <n>', 'port of the HTTP API; 0 chooses a free port', wholeNumber(0, 65_535), 8787)
    .option(
      '--listen <address>',
      'address to listen on; with any other than loopback, machines that reach it may ship documents, and use the API with a token',
      '127.0.0.1',
    )
    .option(
      '--replay <file>',
      'recording to replay first, once (.ndjson or .ndjson.gz); default: the one in the package',
    )
    .option('--no-replay', 'replay no recording')
    .option('--speed <n>', 'speed of the replay, as a multiple of real time, or max', speed, 'max')
    .option('--no-host', 'do not watch this host')
    .option('--no-self-check', 'do not report on Offbeat itself, as where another process does')
    .option(settingsFlag, settingsHelp)
    .action((flags: StartFlags) => start(flags, terminal));
  return withExamples(
    command,
    'npx offbeat start',
    'npx offbeat start --data /var/lib/offbeat --no-replay --port 9000',
  );
}

async function start(flags: StartFlags, terminal: Terminal): Promise<void> {
  const settings = settingsOf(flags);
  const { startEmbedded } = await import('../../local/run.ts');
  await startEmbedded({
    dataDir: flags.data,
    port: flags.port,
    listen: flags.listen,
    replayFile: replayFileOf(flags, settings, terminal),
    speed: flags.speed,
    host: flags.host,
    selfCheck: flags.selfCheck,
    settings,
    env: process.env,
    out: terminal.write,
    err: terminal.warn,
    colours: terminal.colours,
    redrive: redriveWords(flags),
    listLetters: listLettersWords(flags),
  });
}

/** Returns the recording to replay. The bundled one must not cause a page, so it is not replayed if there are webhooks or SNS. */
function replayFileOf({ replay }: StartFlags, { receivers }: Settings, terminal: Terminal): string | null {
  if (replay === false) return null;
  if (replay !== undefined) return replay;
  const topic = endpointVariable('SNS');
  const paged = [
    ...(receivers.some((receiver) => receiverFacts(receiver).pagesPeople) ? ['the settings name receivers'] : []),
    ...(optional(process.env, topic) === undefined ? [] : [`${topic} names an alert topic`]),
  ];
  if (paged.length === 0) return bundledRecording;
  terminal.print(
    `no recording is replayed, because ${paged.join(' and ')} that it would page; --replay FILE replays one`,
  );
  return null;
}
