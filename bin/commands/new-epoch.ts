import { Argument, Command } from 'commander';
import { ledgerStages } from '../../functions/functions.ts';
import { endpointVariable } from '../../functions/shared/environment/aws-endpoints.ts';
import { kafkaBrokers } from '../../functions/shared/environment/server-variables.ts';
import type { Embedded } from '../../local/embedded.ts';
import { FailedError } from '../../local/failed-error.ts';
import {
  type FlowOptions,
  settingsFlag,
  settingsHelp,
  settingsOf,
  storeOrServers,
  wholeNumber,
  withExamples,
  withoutWarehouse,
} from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { clockTime } from '../words.ts';

interface NewEpochFlags extends FlowOptions {
  readonly data: string;
  readonly nextOffset?: number;
  readonly partition?: number;
}

export function newEpochCommand(terminal: Terminal): Command {
  const command = new Command('new-epoch')
    .description('Let a stage continue after its topic was created again or its state restored. The state is kept.')
    .addArgument(new Argument('<stage>').choices(ledgerStages))
    .option('--data <dir>', 'folder of the store; no other process may use it', '.offbeat')
    .option(
      '--next-offset <n>',
      'offset of the first record to process; default: the next record that arrives',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option('--partition <n>', 'only this partition; default: all partitions of the stage', wholeNumber(0, 100_000))
    .option(settingsFlag, settingsHelp)
    .action((stage: string, flags: NewEpochFlags) => raise(stage, flags, terminal));
  return withExamples(
    command,
    'npx offbeat new-epoch detect',
    'npx offbeat new-epoch alert --partition 3 --next-offset 0',
  );
}

async function raise(stage: string, flags: NewEpochFlags, terminal: Terminal): Promise<void> {
  const dataDir = storeOrServers(flags.data, [kafkaBrokers, endpointVariable('DYNAMODB'), endpointVariable('S3')]);
  const { openEmbedded } = await import('../../local/embedded.ts');
  const env = withoutWarehouse(process.env);
  const embedded = await openEmbedded({ dataDir, env, settings: settingsOf(flags), log: terminal.warn });
  try {
    await raisePartitions(stage, flags, embedded, terminal);
  } finally {
    await embedded.close();
  }
}

async function raisePartitions(
  stage: string,
  { nextOffset, partition }: NewEpochFlags,
  { ports }: Embedded,
  terminal: Terminal,
): Promise<void> {
  const { newEpoch } = await import('../../functions/shared/runner/new-epoch.ts');
  const keys = (await ports.ledger.keys()).filter(
    (key) => key.stage === stage && (partition === undefined || key.partition === partition),
  );
  if (keys.length === 0) throw new FailedError(`${stage} has processed no record there yet, so it needs no new epoch`);
  for (const key of keys) {
    const { item, countedUntilMs } = await newEpoch(key, nextOffset ?? null, ports);
    const next = item.nextOffset === null ? 'the next record that arrives' : `offset ${item.nextOffset}`;
    terminal.print(
      `${key.stage} ${key.topic}/${key.partition} is at epoch ${item.epoch} and continues with ${next}; ` +
        `the newest record that it processed was appended at ${clockTime(countedUntilMs)}`,
    );
  }
}
