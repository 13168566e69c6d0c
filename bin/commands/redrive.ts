import { Command } from 'commander';
import { endpointVariable } from '../../functions/shared/connect/aws.ts';
import { type Environment, optional } from '../../functions/shared/connect/environment.ts';
import { kafkaBrokers } from '../../functions/shared/connect/server-variables.ts';
import { letterHeader } from '../../functions/shared/domain/dead-letter.ts';
import type { LogRecord } from '../../functions/shared/domain/record.ts';
import type { DeadMessage } from '../../functions/shared/ports/message-queue.ts';
import type { Embedded } from '../../local/embedded.ts';
import type { Console } from '../console.ts';
import { FailedError } from '../failed-error.ts';
import {
  type FlowOptions,
  settingsFlag,
  settingsHelp,
  settingsOf,
  storeOrServers,
  withExamples,
  withoutWarehouse,
} from '../options.ts';
import {
  type LetterFilter,
  lettersToRedrive,
  messagesToRedrive,
  type RedrivePorts,
  redriveLetters,
} from '../redrive.ts';
import { counted, plain } from '../words.ts';

interface RedriveFlags extends FlowOptions, LetterFilter {
  readonly data: string;
  readonly dryRun?: boolean;
}

export function redriveCommand(console: Console): Command {
  const command = new Command('redrive')
    .description(
      'Send dead letters, and messages that a receiver never took, back to where they came from, each at most once.',
    )
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
  const dataDir = storeOrServers(flags.data, [kafkaBrokers, endpointVariable('S3'), endpointVariable('SNS')]);
  const { openEmbedded } = await import('../../local/embedded.ts');
  const embedded = await openEmbedded({
    dataDir,
    env: worksOff(process.env) ? process.env : withoutWarehouse(process.env),
    settings: settingsOf(flags),
    terminal: console.write,
    colours: console.colours,
    log: console.warn,
  });
  const { readLog, deadMessages } = embedded.putAside;
  try {
    const messages = await messagesToRedrive(flags, deadMessages);
    const ports = { ...embedded.ports, readLog };
    if (flags.dryRun) await list(flags, ports, messages, console);
    else await send(flags, ports, messages, embedded, console);
  } finally {
    await deadMessages.release();
    await embedded.close();
  }
}

async function list(
  filter: LetterFilter,
  ports: RedrivePorts,
  messages: readonly DeadMessage[],
  console: Console,
): Promise<void> {
  let count = messages.length;
  let stopped = 0;
  for (const { id, reason } of messages) console.print(plain(`message/${id}  notify  ${reason}`));
  for await (const page of lettersToRedrive(filter, ports)) {
    count += page.letters.length;
    if (page.wasStopped) stopped += page.letters.length;
    for (const letter of page.letters) console.print(lineOf(letter));
  }
  const among = stopped === 0 ? '' : `, ${stopped.toLocaleString('en')} of them of a redrive that was stopped`;
  console.print(`${counted(count, 'dead letter')} would be sent back${among}`);
}

async function send(
  filter: LetterFilter,
  ports: RedrivePorts,
  messages: readonly DeadMessage[],
  embedded: Embedded,
  console: Console,
): Promise<void> {
  const { totals } = embedded.store;
  const before = totals().deadLetters;
  let sent = messages.length;
  for (const { id } of messages) await embedded.putAside.deadMessages.redrive(id);
  let refused = 0;
  for await (const page of redriveLetters(filter, ports)) {
    for (const { letter, reason } of page.refused) console.warn(`refused: ${lineOf(letter)}: ${reason}`);
    if (page.wasStopped) {
      console.print(`finished a redrive that was stopped: ${counted(page.letters.length, 'dead letter')}`);
    }
    refused += page.refused.length;
    sent += page.letters.length;
    console.progress(`${counted(sent, 'dead letter')} sent back`);
  }
  const sentBack = `${counted(sent - refused, 'dead letter')} sent back`;
  if (worksOff(process.env)) {
    await embedded.drain();
    console.print(`${sentBack}, ${totals().deadLetters - before} put aside again`);
  } else console.print(`${sentBack}; whoever reads that Kafka works on them`);
  if (refused > 0)
    throw new FailedError(`the log refused ${counted(refused, 'dead letter')}; they stay where they are`);
}

/** A log of one's own is worked off at once; a Kafka's is, by whoever is in the groups there. */
const worksOff = (env: Environment): boolean => optional(env, kafkaBrokers) === undefined;

function lineOf({ partition, offset, headers }: LogRecord): string {
  const [topic, stage, reason, detail] = (['topic', 'stage', 'reason', 'detail'] as const).map(
    (name) => headers[letterHeader[name]],
  );
  return plain(`${partition}/${offset}  ${topic}  ${stage}  ${reason}: ${detail}`);
}
