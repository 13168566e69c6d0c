import { Command } from 'commander';
import { shown } from '../../functions/shared/domain/shown.ts';
import { endpointVariable } from '../../functions/shared/environment/aws-endpoints.ts';
import { kafkaBrokers } from '../../functions/shared/environment/server-variables.ts';
import { type Environment, optional } from '../../functions/shared/environment/variables.ts';
import { letterHeader } from '../../functions/shared/log/dead-letter.ts';
import type { LogRecord } from '../../functions/shared/log/record.ts';
import type { DeadMessage } from '../../functions/shared/ports/message-queue.ts';
import type { Embedded } from '../../local/embedded.ts';
import { FailedError } from '../../local/failed-error.ts';
import {
  type LetterFilter,
  lettersToRedrive,
  messagesToRedrive,
  type RedrivePorts,
  redriveLetters,
} from '../../local/redrive/redrive.ts';
import {
  type FlowOptions,
  settingsFlag,
  settingsHelp,
  settingsOf,
  storeOrServers,
  withExamples,
  withoutWarehouse,
} from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { counted } from '../words.ts';

interface RedriveFlags extends FlowOptions, LetterFilter {
  readonly data: string;
  readonly dryRun?: boolean;
}

export function redriveCommand(terminal: Terminal): Command {
  const command = new Command('redrive')
    .description(
      'Send dead letters, and messages that a receiver never took, back to where they came from, each at most once.',
    )
    .option('--data <dir>', 'the store; nothing may run on it', '.offbeat')
    .option('--reason <text>', 'only those put aside for this reason')
    .option('--stage <name>', 'only those that this stage put aside')
    .option('--dry-run', 'say which, and send none')
    .option(settingsFlag, settingsHelp)
    .action((flags: RedriveFlags) => redrive(flags, terminal));
  return withExamples(
    command,
    'npx offbeat redrive --dry-run',
    'npx offbeat redrive --stage persist --reason "refused by the warehouse"',
  );
}

async function redrive(flags: RedriveFlags, terminal: Terminal): Promise<void> {
  const dataDir = storeOrServers(flags.data, [kafkaBrokers, endpointVariable('S3'), endpointVariable('SNS')]);
  const { openEmbedded } = await import('../../local/embedded.ts');
  const embedded = await openEmbedded({
    dataDir,
    env: worksOff(process.env) ? process.env : withoutWarehouse(process.env),
    settings: settingsOf(flags),
    terminal: terminal.write,
    colours: terminal.colours,
    log: terminal.warn,
  });
  const { readLog, deadMessages } = embedded.putAside;
  try {
    const known = new Set(embedded.ports.settings.receivers.map(({ name }) => name));
    const all = await messagesToRedrive(flags, deadMessages);
    const [messages, unknown] = byReceiver(all, known);
    if (unknown.length > 0) terminal.warn(leftAloneLine(unknown));
    const ports = { ...embedded.ports, readLog };
    if (flags.dryRun) await list(flags, ports, messages, terminal);
    else await send(flags, ports, { messages, leftAlone: unknown.length }, embedded, terminal);
  } finally {
    await deadMessages.release();
    await embedded.close();
  }
}

/** @returns those whose receiver the settings name, or that go to all, and the others */
function byReceiver(all: readonly DeadMessage[], known: ReadonlySet<string>): [DeadMessage[], DeadMessage[]] {
  const isKnown = ({ receiver }: DeadMessage): boolean => receiver === undefined || known.has(receiver);
  return [all.filter(isKnown), all.filter((message) => !isKnown(message))];
}

function leftAloneLine(messages: readonly DeadMessage[]): string {
  const names = [...new Set(messages.map(({ receiver = '' }) => receiver))].map((name) => shown(name)).join(', ');
  return (
    `warning: left alone: ${counted(messages.length, 'message')} for ${names}, which the settings do not name: ` +
    'name the settings with --settings'
  );
}

async function list(
  filter: LetterFilter,
  ports: RedrivePorts,
  messages: readonly DeadMessage[],
  terminal: Terminal,
): Promise<void> {
  let count = messages.length;
  let stopped = 0;
  for (const { id, reason } of messages) terminal.print(`message/${id}  notify  ${reason}`);
  for await (const page of lettersToRedrive(filter, ports)) {
    count += page.letters.length;
    if (page.wasStopped) stopped += page.letters.length;
    for (const letter of page.letters) terminal.print(lineOf(letter));
  }
  const among = stopped === 0 ? '' : `, ${stopped.toLocaleString('en')} of them of a redrive that was stopped`;
  terminal.print(`${counted(count, 'dead letter')} would be sent back${among}`);
}

async function send(
  filter: LetterFilter,
  ports: RedrivePorts,
  { messages, leftAlone }: { readonly messages: readonly DeadMessage[]; readonly leftAlone: number },
  embedded: Embedded,
  terminal: Terminal,
): Promise<void> {
  let sent = messages.length;
  for (const { id } of messages) await embedded.putAside.deadMessages.redrive(id);
  let refused = 0;
  for await (const page of redriveLetters(filter, ports)) {
    for (const { letter, reason } of page.refused) terminal.warn(`refused: ${lineOf(letter)}: ${reason}`);
    if (page.wasStopped) {
      terminal.print(`finished a redrive that was stopped: ${counted(page.letters.length, 'dead letter')}`);
    }
    refused += page.refused.length;
    sent += page.letters.length;
    terminal.progress(`${counted(sent, 'dead letter')} sent back`);
  }
  const unsent = await workOff(sent - refused, messages.length, embedded, terminal);
  if (refused > 0)
    throw new FailedError(`the log refused ${counted(refused, 'dead letter')}; they stay where they are`);
  if (sent + leftAlone > 0 && unsent >= sent) throw new FailedError('nothing was sent');
}

/**
 * Works off what was sent back, where this process reads the log, and says what came of it.
 * @returns how many of them came to nothing: put aside again, dropped, or not taken by their receiver
 */
async function workOff(sent: number, messages: number, embedded: Embedded, terminal: Terminal): Promise<number> {
  const sentBack = `${counted(sent, 'dead letter')} sent back`;
  if (!worksOff(process.env)) {
    terminal.print(`${sentBack}; whoever reads that Kafka works on them`);
    return 0;
  }
  const { totals } = embedded.store;
  const before = totals().deadLetters;
  await embedded.drain();
  const again = totals().deadLetters - before;
  const dropped = Math.min(messages, deliveriesThat('superseded', embedded));
  const failed = Math.min(messages, deliveriesThat('failed', embedded));
  const parts = [
    `${again} put aside again`,
    ...(dropped === 0 ? [] : [`${dropped} dropped because a newer state had gone out`]),
    ...(failed === 0 ? [] : [`${failed} not taken, which the next "npx offbeat start" tries again`]),
  ];
  terminal.print([sentBack, ...parts].join(', '));
  return again + dropped + failed;
}

/** How many deliveries of this process came to an outcome, whatever their receiver. */
function deliveriesThat(outcome: string, { telemetry }: Embedded): number {
  const prefix = `deliveries{outcome=${outcome},`;
  return Object.entries(telemetry.counts()).reduce(
    (sum, [name, count]) => sum + (name.startsWith(prefix) ? count : 0),
    0,
  );
}

/** A log of one's own is worked off at once; a Kafka's is, by whoever is in the groups there. */
const worksOff = (env: Environment): boolean => optional(env, kafkaBrokers) === undefined;

function lineOf({ partition, offset, headers }: LogRecord): string {
  const [topic, stage, reason, detail] = (['topic', 'stage', 'reason', 'detail'] as const).map(
    (name) => headers[letterHeader[name]],
  );
  return `${partition}/${offset}  ${topic}  ${stage}  ${reason}: ${detail}`;
}
