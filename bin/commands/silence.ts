import { Command } from 'commander';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { shown, shownText } from '../../functions/shared/domain/shown.ts';
import type { Matchers } from '../../functions/shared/domain/silence.ts';
import { mayBeQuoted, quotedOrWithheld } from '../../functions/shared/domain/withheld.ts';
import { type ApiFlags, apiOptionsText, openApiClient, withApiOptions } from '../api-client.ts';
import { type OperatorFlags, postCommand, signed, withOperatorOptions } from '../operator.ts';
import { duration, moment, withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { clockTime } from '../words.ts';

interface SilenceFlags extends ApiFlags, OperatorFlags {
  readonly cluster: string;
  readonly for: number;
  readonly start?: number;
}

export function silenceCommand(terminal: Terminal): Command {
  const command = new Command('silence')
    .description(
      "Mute a cluster's alerts by their labels for a time; the end of an alert that was already reported is still reported.",
    )
    .argument('<matchers...>', 'label=glob; all must match; the label entity is cluster/kind/name')
    .requiredOption('--cluster <name>', 'cluster whose alerts are muted')
    .requiredOption('--for <duration>', 'how long the silence lasts from its start, such as 2h', duration)
    .option('--start <time>', 'when it starts: a time with its zone, or a duration from now; default: now', moment);
  withOperatorOptions(withApiOptions(command)).action((matchers: string[], flags: SilenceFlags) =>
    silence(matchers, flags, terminal),
  );
  return withExamples(
    command,
    'npx offbeat silence --cluster prod --for 2h entity="prod/host/node-a" --note "disk swap"',
    'npx offbeat silence --cluster prod --for 30m metric="system.diskio.*" severity=warning',
    'npx offbeat silence --cluster prod --start 2026-11-23T22:00+01:00 --for 4h entity="prod/host/*" --note "planned window"',
  );
}

async function silence(texts: readonly string[], flags: SilenceFlags, terminal: Terminal): Promise<void> {
  const matchers = matchersOf(texts);
  const api = await openApiClient(flags, terminal);
  try {
    const { cluster, start } = flags;
    const endsAtMs = (start ?? Date.now()) + flags.for;
    const times = start === undefined ? { endsAtMs } : { startsAtMs: start, endsAtMs };
    const command = { ...signed(flags, terminal), action: 'silence', cluster, matchers, ...times };
    await postCommand(api, command, terminal);
    const from = start === undefined ? '' : `from ${clockTime(start)} `;
    terminal.print(`silenced ${from}until ${clockTime(endsAtMs)}: ${texts.join(' ')} of ${cluster}`);
    terminal.print(`to end it sooner: npx offbeat unsilence ${command.id}${apiOptionsText(flags)}`);
  } finally {
    await api.close();
  }
}

function matchersOf(texts: readonly string[]): Matchers {
  const matchers = new Map<string, string>();
  for (const text of texts) {
    const [, label, glob] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
    if (label === undefined || glob === undefined) {
      const typed = mayBeQuoted(text) ? quotedOrWithheld(text) : '(not shown here)';
      throw new UsageError(`matcher ${typed}: expected label=glob, such as entity=prod/host/*`);
    }
    if (matchers.has(label)) {
      throw new UsageError(
        `matcher ${shown(text)}: label ${shownText(label)} is named twice, and all must match; name each label once`,
      );
    }
    matchers.set(label, glob);
  }
  return Object.fromEntries(matchers);
}
