import { Command } from 'commander';
import { shown } from '../../functions/shared/domain/shown.ts';
import { endpointVariable } from '../../functions/shared/environment/aws-endpoints.ts';
import { kafkaBrokers, rejectedAlertsUrl } from '../../functions/shared/environment/server-variables.ts';
import { type Environment, optional } from '../../functions/shared/environment/variables.ts';
import { letterHeader } from '../../functions/shared/log/dead-letter.ts';
import type { LogRecord } from '../../functions/shared/log/record.ts';
import type { QueuedLetters } from '../../functions/shared/ports/dead-letters.ts';
import type { DeadMessage } from '../../functions/shared/ports/message-queue.ts';
import type { Embedded } from '../../local/embedded.ts';
import { FailedError } from '../../local/failed-error.ts';
import { type FoundLetter, findLetters, moveToTopic } from '../../local/redrive/queued-letters.ts';
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
    .description('Send dead letters back to their topics, and given-up messages to their receivers, each at most once.')
    .option('--data <dir>', 'folder of the store; no other process may use it', '.offbeat')
    .option('--reason <text>', 'only those with this reason')
    .option('--stage <name>', 'only those of this stage')
    .option('--dry-run', 'list them, and send none')
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
    env: readsLog(process.env) ? process.env : withoutWarehouse(process.env),
    settings: settingsOf(flags),
    terminal: terminal.write,
    colours: terminal.colours,
    log: terminal.warn,
  });
  const { readLog, deadMessages } = embedded.backends;
  const queued = await openQueued();
  try {
    const known = new Set(embedded.ports.settings.receivers.map(({ name }) => name));
    const all = await messagesToRedrive(flags, deadMessages);
    const [messages, unknown] = byReceiver(all, known);
    if (unknown.length > 0) terminal.warn(leftAloneLine(unknown));
    // The log without its lines about dead letters: one that moves from the queue to the topic is not a new one.
    const ports = { ...embedded.ports, eventLog: embedded.backends.eventLog, readLog };
    const letters = queued === undefined ? [] : await lettersIn(queued, flags, terminal);
    if (flags.dryRun) {
      await list({ filter: flags, ports, messages, letters }, terminal);
      return;
    }
    if (queued !== undefined) await move(letters, queued, ports, terminal);
    await send({ filter: flags, ports, messages, leftAlone: unknown.length }, embedded, terminal);
  } finally {
    await queued?.release();
    await deadMessages.release();
    await embedded.close();
  }
}

/** Returns two lists: messages whose receiver is in the settings, or that go to every receiver; and the others. */
function byReceiver(all: readonly DeadMessage[], known: ReadonlySet<string>): [DeadMessage[], DeadMessage[]] {
  const isKnown = ({ receiver }: DeadMessage): boolean => receiver === undefined || known.has(receiver);
  return [all.filter(isKnown), all.filter((message) => !isKnown(message))];
}

function leftAloneLine(messages: readonly DeadMessage[]): string {
  const names = [...new Set(messages.map(({ receiver = '' }) => receiver))].map((name) => shown(name)).join(', ');
  return (
    `warning: not sent: ${counted(messages.length, 'message')} for ${names}, which the settings do not name: ` +
    'name the settings file with --settings'
  );
}

/** Opens the queue of rejected alerts, if the environment names one. Its module loads the AWS SDK. */
async function openQueued(): Promise<QueuedLetters | undefined> {
  if (optional(process.env, rejectedAlertsUrl) === undefined) return undefined;
  const { openRejectedAlerts } = await import('../../local/servers/rejected-alerts.ts');
  return openRejectedAlerts(process.env);
}

async function lettersIn(
  queued: QueuedLetters,
  filter: LetterFilter,
  terminal: Terminal,
): Promise<readonly FoundLetter[]> {
  const { letters, foreign } = await findLetters(filter, queued);
  if (foreign > 0) terminal.warn(`warning: left in the queue: ${counted(foreign, 'message')} of another program`);
  return letters;
}

async function move(
  letters: readonly FoundLetter[],
  queued: QueuedLetters,
  ports: RedrivePorts,
  terminal: Terminal,
): Promise<void> {
  const refused = await moveToTopic(letters, queued, ports);
  for (const { letter, reason } of refused) terminal.warn(`left in the queue: ${queuedLine(letter)}: ${reason}`);
}

/** The letters and messages that a redrive would send back. */
interface Offer {
  readonly filter: LetterFilter;
  readonly ports: RedrivePorts;
  readonly messages: readonly DeadMessage[];
  /** The letters of the queue, which are not on the topic yet. */
  readonly letters: readonly FoundLetter[];
}

async function list({ filter, ports, messages, letters }: Offer, terminal: Terminal): Promise<void> {
  let count = messages.length + letters.length;
  let stopped = 0;
  for (const { id, reason } of messages) terminal.print(`message/${id}  notify  ${reason}`);
  for (const letter of letters) terminal.print(queuedLine(letter));
  for await (const page of lettersToRedrive(filter, ports)) {
    count += page.letters.length;
    if (page.wasStopped) stopped += page.letters.length;
    for (const letter of page.letters) terminal.print(lineOf(letter));
  }
  const among = stopped === 0 ? '' : `, ${stopped.toLocaleString('en')} of them from a redrive that was stopped`;
  terminal.print(`${counted(count, 'dead letter')} would be sent back${among}`);
}

/** The letters and messages that one redrive sends back. */
interface RedriveInput {
  readonly filter: LetterFilter;
  readonly ports: RedrivePorts;
  readonly messages: readonly DeadMessage[];
  /** The number of messages that are not sent, because the settings do not name their receiver. */
  readonly leftAlone: number;
}

async function send(input: RedriveInput, embedded: Embedded, terminal: Terminal): Promise<void> {
  const { filter, ports, messages, leftAlone } = input;
  let sent = messages.length;
  for (const { id } of messages) await embedded.backends.deadMessages.redrive(id);
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
  if (refused > 0) throw new FailedError(`the log refused ${counted(refused, 'dead letter')}; they are kept`);
  if (sent + leftAlone > 0 && unsent >= sent) throw new FailedError('nothing was sent');
}

/**
 * Processes the records and messages that were sent back, if this process reads the log, and prints the result.
 * @returns how many of them failed: became dead letters again, were dropped, or were not accepted by their receiver
 */
async function workOff(sent: number, messages: number, embedded: Embedded, terminal: Terminal): Promise<number> {
  const sentBack = `${counted(sent, 'dead letter')} sent back`;
  if (!readsLog(process.env)) {
    terminal.print(`${sentBack}; the processes that read that Kafka process them`);
    return 0;
  }
  const { totals } = embedded.store;
  const before = totals().deadLetters;
  await embedded.drain();
  const again = totals().deadLetters - before;
  const dropped = Math.min(messages, deliveriesThat('superseded', embedded));
  const failed = Math.min(messages, deliveriesThat('failed', embedded));
  const parts = [
    `${again} became dead letters again`,
    ...(dropped === 0 ? [] : [`${dropped} dropped because a newer state was sent`]),
    ...(failed === 0 ? [] : [`${failed} not accepted by the receiver; the next "npx offbeat start" tries again`]),
  ];
  terminal.print([sentBack, ...parts].join(', '));
  return again + dropped + failed;
}

/** Counts the deliveries of this process with an outcome, to all receivers. */
function deliveriesThat(outcome: string, { telemetry }: Embedded): number {
  const prefix = `deliveries{outcome=${outcome},`;
  return Object.entries(telemetry.counts()).reduce(
    (sum, [name, count]) => sum + (name.startsWith(prefix) ? count : 0),
    0,
  );
}

/** Returns true if this process reads the log itself. Records on Kafka are processed by the consumer groups there. */
const readsLog = (env: Environment): boolean => optional(env, kafkaBrokers) === undefined;

const lineOf = ({ partition, offset, headers }: LogRecord): string => `${partition}/${offset}  ${factsOf(headers)}`;
const queuedLine = ({ id, headers }: FoundLetter): string => `queue/${id}  ${factsOf(headers)}`;

function factsOf(headers: LogRecord['headers']): string {
  const [topic, stage, reason, detail] = (['topic', 'stage', 'reason', 'detail'] as const).map(
    (name) => headers[letterHeader[name]],
  );
  return `${topic}  ${stage}  ${reason}: ${detail}`;
}
