import { Command, Option } from 'commander';
import * as z from 'zod';
import { deliveryStates } from '../../functions/api/parameters.ts';
import { printable } from '../../functions/shared/domain/printable.ts';
import { shown } from '../../functions/shared/domain/shown.ts';
import { FailedError } from '../../local/failed-error.ts';
import { type ApiClient, type ApiFlags, openApiClient, withApiOptions } from '../api-client.ts';
import { wholeNumber, withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { clockTime, redriveWords } from '../words.ts';

interface DeliveriesFlags extends ApiFlags {
  readonly receiver?: string;
  readonly state?: string;
  readonly alert?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const rowSchema = z.object({
  receiver: z.string(),
  alertId: z.string(),
  revision: z.number(),
  state: z.enum(deliveryStates),
  sinceMs: z.number().optional(),
  reason: z.string().optional(),
  tries: z.number().optional(),
  nextTryMs: z.number().optional(),
});
type Row = z.infer<typeof rowSchema>;
const answerSchema = z.object({ deliveries: z.array(rowSchema), note: z.string().optional() });
const healthSchema = z.object({ receivers: z.array(z.object({ name: z.string() })) });

/** The number of rows that the API returns at most. `--limit` shows a part of them; the remedies cover all of them. */
const rowsMax = 1_000;

export function deliveriesCommand(terminal: Terminal): Command {
  const command = new Command('deliveries')
    .description('List the messages that wait for a receiver, the longest first, and those given up, with the remedy.')
    .option('--receiver <name>', 'only messages for this receiver')
    .addOption(new Option('--state <state>', 'only messages in this state').choices(deliveryStates))
    .option('--alert <id>', 'only messages about this alert')
    .option('--limit <n>', 'how many messages are listed at most', wholeNumber(1, rowsMax), 50)
    .option('--json', 'print one JSON object: { "deliveries": [...] }');
  withApiOptions(command).action((flags: DeliveriesFlags) => listDeliveries(flags, terminal));
  return withExamples(
    command,
    'npx offbeat deliveries',
    'npx offbeat deliveries --receiver pager --state "given up" --json',
  );
}

async function listDeliveries(flags: DeliveriesFlags, terminal: Terminal): Promise<void> {
  const api = await openApiClient(flags, terminal);
  try {
    const { receiver, state, alert, limit } = flags;
    const asked = String(flags.json ? limit : rowsMax);
    const answer = await api.get('/api/deliveries', { receiver, state, alert, limit: asked });
    const { deliveries, note } = answerSchema.parse(answer);
    if (deliveries.length === 0 && receiver !== undefined) await requireReceiver(receiver, api);
    if (note !== undefined) terminal.warn(`note: ${note}`);
    if (flags.json) terminal.printJson({ deliveries });
    else if (deliveries.length === 0) terminal.print(nothingLine(flags));
    else for (const line of linesOf(deliveries, flags)) terminal.print(line);
  } finally {
    await api.close();
  }
}

function linesOf(rows: readonly Row[], flags: DeliveriesFlags): readonly string[] {
  const shown = rows.slice(0, flags.limit);
  return [...tableOf([headings, ...shown.map(cellsOf)]), ...moreLines(rows, flags), ...remedies(rows, flags)];
}

/** Returns a line that counts the rows that `--limit` left out. */
function moreLines(rows: readonly Row[], { limit }: DeliveriesFlags): string[] {
  if (rows.length <= limit) return [];
  const atLeast = rows.length === rowsMax ? 'at least ' : '';
  return [`${atLeast}${(rows.length - limit).toLocaleString('en')} more; --limit shows up to ${rowsMax}`];
}

/**
 * Returns the line for an empty list, which names the filters.
 * @throws {FailedError} if there is no such receiver
 */
function nothingLine({ receiver, state, alert }: DeliveriesFlags): string {
  const scope = `${receiver === undefined ? '' : ` for ${receiver}`}${alert === undefined ? '' : ` of alert ${alert}`}`;
  if (state === 'waiting') return `nothing waits${scope}`;
  if (state !== undefined) return `nothing was ${state}${scope}`;
  return `nothing waits${scope}, and nothing was given up`;
}

async function requireReceiver(receiver: string, api: ApiClient): Promise<void> {
  const names = healthSchema.parse(await api.get('/api/health')).receivers.map(({ name }) => name);
  if (names.includes(receiver)) return;
  const known = names.length === 0 ? 'the settings name none' : `known are ${names.map(printable).join(', ')}`;
  throw new FailedError(`no receiver ${shown(receiver)}; ${known}`);
}

const headings = ['receiver', 'alert', 'revision', 'state', 'since', 'why', 'next try'];

function cellsOf({ receiver, alertId, revision, state, sinceMs, reason, tries, nextTryMs }: Row): string[] {
  const failed = tries === undefined ? '' : tries === 1 ? ', 1 try' : `, ${tries} tries`;
  return [
    receiver,
    alertId,
    String(revision),
    state,
    sinceMs === undefined ? '-' : clockTime(sinceMs),
    reason === undefined ? '-' : `${reason}${failed}`,
    nextTryMs === undefined ? '-' : clockTime(nextTryMs),
  ].map(printable);
}

/** Returns the lines of a table whose columns are as wide as their longest cell. */
function tableOf(rows: readonly (readonly string[])[]): string[] {
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

function remedies(rows: readonly Row[], flags: DeliveriesFlags): string[] {
  const namesIn = (state: Row['state']): string =>
    [...new Set(rows.filter((row) => row.state === state).map(({ receiver }) => receiver))].join(', ');
  const [waiting, givenUp] = [namesIn('waiting'), namesIn('given up')];
  return [
    ...(waiting === ''
      ? []
      : [`waiting messages are sent automatically once the receiver accepts messages again: ${waiting}`]),
    ...(givenUp === ''
      ? []
      : [
          `to send given-up messages again, run ${redriveOf(flags)}, once ${givenUp} is repaired and ` +
            'no process uses the store (on AWS: docs/runbook.md, webhooks-given-up)',
        ]),
  ];
}

/** Returns the command that sends given-up messages again. Over HTTP, the store and settings of the run are unknown. */
function redriveOf(flags: DeliveriesFlags): string {
  const command = `"${redriveWords(flags)}"`;
  return flags.data === undefined ? `${command} with the --data and --settings of that run, if it has any` : command;
}
