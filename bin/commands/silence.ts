import { Command } from 'commander';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import type { Matchers } from '../../functions/shared/domain/silence.ts';
import { type DoorFlags, doorWords, openApiDoor, withDoorOptions } from '../api-door.ts';
import type { Console } from '../console.ts';
import { type OperatorFlags, postCommand, signed, withOperatorOptions } from '../operator.ts';
import { duration, withExamples } from '../options.ts';
import { clockTime, plain } from '../words.ts';

interface SilenceFlags extends DoorFlags, OperatorFlags {
  readonly cluster: string;
  readonly for: number;
}

export function silenceCommand(console: Console): Command {
  const command = new Command('silence')
    .description("Mute a cluster's alerts by their labels for a while; what was announced is still resolved.")
    .argument('<matchers...>', 'label=glob, all must match; entity is cluster/kind/name')
    .requiredOption('--cluster <name>', 'whose alerts')
    .requiredOption('--for <duration>', 'from now on, such as 2h', duration);
  withOperatorOptions(withDoorOptions(command)).action((matchers: string[], flags: SilenceFlags) =>
    silence(matchers, flags, console),
  );
  return withExamples(
    command,
    'npx offbeat silence --cluster prod --for 2h entity="prod/host/node-a" --note "disk swap"',
    'npx offbeat silence --cluster prod --for 30m metric="system.diskio.*" severity=warning',
  );
}

async function silence(texts: readonly string[], flags: SilenceFlags, console: Console): Promise<void> {
  const matchers = matchersOf(texts);
  const door = await openApiDoor(flags, console);
  try {
    const { cluster } = flags;
    const endsAtMs = Date.now() + flags.for;
    const command = { ...signed(flags, console), action: 'silence', cluster, matchers, endsAtMs };
    await postCommand(door, command, console);
    console.print(`silenced until ${clockTime(endsAtMs)}: ${plain(texts.join(' '))} of ${plain(cluster)}`);
    console.print(`to end it sooner: npx offbeat unsilence ${command.id}${doorWords(flags)}`);
  } finally {
    await door.close();
  }
}

function matchersOf(texts: readonly string[]): Matchers {
  const matchers = new Map<string, string>();
  for (const text of texts) {
    const [, label, glob] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
    if (label === undefined || glob === undefined) {
      throw new UsageError(`matcher "${text}": expected label=glob, such as entity=prod/host/*`);
    }
    if (matchers.has(label)) {
      throw new UsageError(
        `matcher "${text}": label ${label} is named twice, and all must match; name each label once`,
      );
    }
    matchers.set(label, glob);
  }
  return Object.fromEntries(matchers);
}
