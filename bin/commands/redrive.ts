import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import type { LogRecord } from '../../functions/shared/domain/record.ts';
import type { Embedded } from '../../local/embedded.ts';
import type { Console } from '../console.ts';
import { FailedError } from '../failed-error.ts';
import { type FlowOptions, settingsFlag, settingsHelp, settingsOf, withExamples } from '../options.ts';
import { type LetterFilter, lettersToRedrive, type RedrivePorts, sendBack } from '../redrive.ts';
import { counted, plain } from '../words.ts';

interface RedriveFlags extends FlowOptions, LetterFilter {
  readonly data: string;
  readonly dryRun?: boolean;
}

export function redriveCommand(console: Console): Command {
  const command = new Command('redrive')
    .description('Send dead letters back to where they came from, each at most once.')
    .option('--data <dir>', 'the store; nothing may run on it', '.offbeat')
    .option('--reason <text>', 'only those put aside for this reason')
    .option('--stage <name>', 'only those that this stage put aside')
    .option('--dry-run', 'say which, and send none')
    .option(settingsFlag, settingsHelp)
    .action((flags: RedriveFlags) => redrive(flags, console));
  return withExamples(
    command,
    'npx offbeat redrive --dry-run',
    'npx offbeat redrive --stage persist --reason "refused by the warehouse"',
  );
}

async function redrive(flags: RedriveFlags, console: Console): Promise<void> {
  if (!existsSync(flags.data)) throw new UsageError(`there is no store in ${flags.data}; name one with --data`);
  const { openEmbedded } = await import('../../local/embedded.ts');
  const settings = settingsOf(flags);
  const embedded = await openEmbedded({
    dataDir: flags.data,
    settings,
    terminal: console.write,
    colours: console.colours,
    log: console.warn,
  });
  try {
    const ports = { ...embedded.ports, broker: embedded.store.broker };
    if (flags.dryRun) await list(flags, ports, console);
    else await send(flags, ports, embedded, console);
  } finally {
    await embedded.close();
  }
}

async function list(filter: LetterFilter, ports: RedrivePorts, console: Console): Promise<void> {
  let count = 0;
  for await (const page of lettersToRedrive(filter, ports)) {
    count += page.length;
    for (const letter of page) console.print(lineOf(letter));
  }
  console.print(`${counted(count, 'dead letter')} would be sent back`);
}

async function send(filter: LetterFilter, ports: RedrivePorts, embedded: Embedded, console: Console): Promise<void> {
  const before = embedded.store.totals().deadLetters;
  let sent = 0;
  let refused = 0;
  for await (const page of lettersToRedrive(filter, ports)) {
    for (const { letter, reason } of await sendBack(page, ports)) {
      refused += 1;
      console.warn(`refused: ${lineOf(letter)}: ${reason}`);
    }
    sent += page.length;
    console.progress(`${counted(sent, 'dead letter')} sent back`);
  }
  await embedded.drain();
  const back = embedded.store.totals().deadLetters - before;
  console.print(`${counted(sent - refused, 'dead letter')} sent back, ${back} put aside again`);
  if (refused > 0)
    throw new FailedError(`the log refused ${counted(refused, 'dead letter')}; they stay where they are`);
}

function lineOf({ partition, offset, headers }: LogRecord): string {
  const { topic, stage, reason, detail } = headers;
  return plain(`${partition}/${offset}  ${topic}  ${stage}  ${reason}: ${detail}`);
}
