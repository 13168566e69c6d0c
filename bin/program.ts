import { Command, CommanderError } from 'commander';
import * as z from 'zod';
import { DamagedStoreError, UnavailableError, UsageError } from '../functions/shared/domain/errors.ts';
import { messageOf } from '../functions/shared/domain/message-of.ts';
import { withoutTokens } from '../functions/shared/domain/withheld.ts';
import { FailedError } from '../local/failed-error.ts';
import packageJson from '../package.json' with { type: 'json' };
import { ackCommand } from './commands/ack.ts';
import { alertsCommand } from './commands/alerts.ts';
import { backtestCommand } from './commands/backtest.ts';
import { backupCommand } from './commands/backup.ts';
import { checkAccountCommand } from './commands/check-account.ts';
import { checkSettingsCommand } from './commands/check-settings.ts';
import { collectCommand } from './commands/collect.ts';
import { deliveriesCommand } from './commands/deliveries.ts';
import { detectCommand } from './commands/detect.ts';
import { feedbackCommand } from './commands/feedback.ts';
import { inventoryCommand } from './commands/inventory.ts';
import { invokeCommand } from './commands/invoke.ts';
import { newEpochCommand } from './commands/new-epoch.ts';
import { redriveCommand } from './commands/redrive.ts';
import { replayCommand } from './commands/replay.ts';
import { resolveCommand } from './commands/resolve.ts';
import { seriesCommand } from './commands/series.ts';
import { silenceCommand } from './commands/silence.ts';
import { silencesCommand } from './commands/silences.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { unsilenceCommand } from './commands/unsilence.ts';
import { warmCommand } from './commands/warm.ts';
import { whyCommand } from './commands/why.ts';
import { CommandEnd, type ExitStatus } from './exit-status.ts';
import type { Terminal } from './terminal.ts';

const commands = [
  startCommand,
  replayCommand,
  backtestCommand,
  detectCommand,
  invokeCommand,
  alertsCommand,
  ackCommand,
  resolveCommand,
  feedbackCommand,
  silenceCommand,
  silencesCommand,
  unsilenceCommand,
  deliveriesCommand,
  redriveCommand,
  warmCommand,
  whyCommand,
  seriesCommand,
  statusCommand,
  inventoryCommand,
  collectCommand,
  checkSettingsCommand,
  checkAccountCommand,
  newEpochCommand,
  backupCommand,
];

/**
 * Runs one command line, and reports an error in one line on standard error.
 * @param args without the names of node and the script
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  try {
    await programOf(terminal).parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    terminal.endProgress();
    if (error instanceof CommandEnd) return error.exitStatus;
    // A monitor that runs it must not read a wrong option as "down".
    const isStatus = args.find((arg) => !arg.startsWith('-')) === 'status';
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : isStatus ? 3 : 2;
    reportError(error, args.includes('--verbose'), terminal);
    return isStatus ? 3 : error instanceof UsageError ? 2 : 1;
  }
}

function programOf(terminal: Terminal): Command {
  const program = new Command('offbeat')
    .description('Watches the metrics and logs of a storage and streaming cluster, and reports what is unusual.')
    .version(packageJson.version)
    .option('--verbose', 'show the stack of an error')
    .helpCommand(false)
    .addHelpText(
      'after',
      '\nExamples:\n  npx offbeat start\n  npx offbeat replay events/recordings/cluster-load.ndjson.gz',
    );
  for (const make of commands) program.addCommand(make(terminal).option('--verbose', 'show the stack of an error'));
  for (const command of [program, ...program.commands]) {
    requireLast(command);
    command.exitOverride().configureOutput({
      writeOut: (text) => terminal.write(text),
      writeErr: (text) => warnLines(text.trimEnd(), terminal),
      outputError: (text, write) => write(oneLine(text)),
    });
  }
  return program;
}

/** Checks required options last: commander would report one as missing before it reports that it was misspelt. */
function requireLast(command: Command): void {
  const required = command.options.filter(({ mandatory }) => mandatory);
  for (const option of required) option.makeOptionMandatory(false);
  command.hook('preAction', () => {
    const missing = required.find((option) => command.getOptionValue(option.attributeName()) === undefined);
    if (missing !== undefined) command.error(`error: required option '${missing.flags}' not specified`);
  });
}

/** Returns an error of commander in one line, with the remedy. It repeats what was typed, which may be a misplaced secret. */
function oneLine(error: string): string {
  return `${withoutTokens(error)
    .trim()
    .replace(/^error:/, 'offbeat:')
    .replace(/\.$/, '')
    .replaceAll('\n', ' ')}; see --help`;
}

/** Errors whose message alone explains them. */
const explained = [UsageError, FailedError, UnavailableError, DamagedStoreError];

/** The number of faults that one line names. */
const faultsMax = 3;

/** Returns an error's message. A schema's own is JSON over many lines; its faults are listed by field instead. */
function lineOf(error: unknown): string {
  if (error instanceof z.ZodError) return `unexpected answer: ${faultsText(error.issues)}`;
  return messageOf(error);
}

function faultsText(issues: readonly z.core.$ZodIssue[]): string {
  return issues
    .slice(0, faultsMax)
    .map(({ path, message }) => `${path.map(String).join('.') || 'value'}: ${message}`)
    .join('; ');
}

function warnLines(text: string, terminal: Terminal): void {
  for (const line of text.split('\n')) terminal.warn(line);
}

/** Reports an error in one line, with the remedy. @param verbose adds the stack */
export function reportError(error: unknown, verbose: boolean, terminal: Terminal): void {
  if (verbose && error instanceof Error) {
    warnLines(`offbeat: ${error.stack}`, terminal);
    if (error.cause instanceof Error) warnLines(`caused by: ${error.cause.stack}`, terminal);
    return;
  }
  const message = lineOf(error);
  if (explained.some((kind) => error instanceof kind)) {
    terminal.warn(`offbeat: ${message}`);
  } else terminal.warn(`offbeat: failed: ${message.split('\n', 1)[0]}; add --verbose for the stack`);
}
