import { Command } from 'commander';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import type { Matchers } from '../../functions/shared/domain/signal.ts';
import { type DoorFlags, openApiDoor, withDoorOptions } from '../api-door.ts';
import type { Console } from '../console.ts';
import { type OperatorFlags, signed, withOperatorOptions } from '../operator.ts';
import { duration, withExamples } from '../options.ts';
import { clockTime } from '../words.ts';

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
    const startsAtMs = Date.now();
    const endsAtMs = startsAtMs + flags.for;
    const { cluster } = flags;
    await door.post('/api/commands', {
      ...signed(flags, console),
      action: 'silence',
      cluster,
      matchers,
      startsAtMs,
      endsAtMs,
    });
    console.print(`silenced until ${clockTime(endsAtMs)}: ${texts.join(' ')} of ${cluster}`);
  } finally {
    await door.close();
  }
}

function matchersOf(texts: readonly string[]): Matchers {
  return Object.fromEntries(
    texts.map((text) => {
      const [, label, glob] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
      if (label === undefined || glob === undefined) {
        throw new UsageError(`matcher "${text}": expected label=glob, such as entity=prod/host/*`);
      }
      return [label, glob];
    }),
  );
}
