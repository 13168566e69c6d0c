import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { functionNames, functions, functionsThatNeed } from '../../functions/functions.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import { textOf } from '../../functions/shared/domain/text-of.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import { families } from '../../functions/shared/ports/warehouse.ts';
import type { Embedded } from '../../local/embedded.ts';
import { type FlowOptions, settingsFlag, settingsHelp, settingsOf, withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface InvokeFlags extends FlowOptions {
  readonly logs?: boolean;
}

/** Names of the functions that the embedded store has. */
const invocable = functionNames.filter((name) => functions[name].isEmbedded);

export function invokeCommand(terminal: Terminal): Command {
  const command = new Command('invoke')
    .description('Invoke one function with an event, as Lambda does, on an embedded store.')
    .argument('<function>', `one of ${invocable.join(', ')}`)
    .argument('<event>', 'JSON file with the event')
    .option('--data <dir>', 'folder of the store; default: a temporary store')
    .option(settingsFlag, settingsHelp)
    .option('--logs', 'print on standard error the logs and metrics that Lambda would write to CloudWatch')
    .action((name: string, event: string, flags: InvokeFlags) => invoke(name, event, flags, terminal));
  return withExamples(
    command,
    'npx offbeat invoke detect events/detect.samples.json',
    'npx offbeat invoke api events/api.health.json',
    'npx offbeat invoke persist events/persist.poison.json --logs',
  );
}

/** Prints what the function returned, how many records it sent to which topic, and how many documents it wrote. */
async function invoke(name: string, eventFile: string, flags: InvokeFlags, terminal: Terminal): Promise<void> {
  const event = readEvent(eventFile);
  const { openEmbedded } = await import('../../local/embedded.ts');
  const embedded = await openEmbedded({
    dataDir: flags.data,
    settings: settingsOf(flags),
    // A message to the terminal is no result of the invocation; on Lambda it would be in the log too.
    terminal: (text) => {
      for (const line of text.trimEnd().split('\n')) terminal.warn(line);
    },
    ...(flags.logs ? { telemetry: await cloudTelemetry(name, terminal) } : { log: terminal.warn }),
  });
  try {
    const before = { sent: endOffsets(embedded), written: await documentCounts(embedded) };
    const returned = (await embedded.invoke(name, event)) ?? null;
    const sent = growth(before.sent, endOffsets(embedded));
    const written = growth(before.written, await documentCounts(embedded));
    terminal.printJson({ returned, sent, written }, 2);
    if (flags.data !== undefined && counting.has(name)) terminal.warn(warningOf(name, flags.data));
  } finally {
    await embedded.close();
  }
}

/** The stages that store the offsets of the records that they read, also of those in an event. */
const counting: ReadonlySet<string> = new Set(functionsThatNeed('ledger.run'));

const warningOf = (stage: string, dir: string): string =>
  `warning: ${stage} stored the event's offsets in ${dir}; before a process uses that store again, run: npx offbeat new-epoch ${stage} --data ${dir}`;

async function cloudTelemetry(service: string, terminal: Terminal): Promise<Telemetry> {
  const { powertoolsTelemetry } = await import('../../functions/shared/handler/telemetry.ts');
  return powertoolsTelemetry({ service, write: terminal.warnJson });
}

type Count = readonly [name: string, count: number];

function growth(before: readonly Count[], after: readonly Count[]): Record<string, number> {
  const grown = after.map(([name, count], index): Count => [name, count - before[index]![1]]);
  return Object.fromEntries(grown.filter(([, by]) => by !== 0));
}

function documentCounts({ ports }: Embedded): Promise<Count[]> {
  return Promise.all(families.map(async (family): Promise<Count> => [family, await ports.warehouse.count(family)]));
}

function endOffsets({ store, ports }: Embedded): Count[] {
  return Object.values(topics).map((topic) => {
    const partitions = Array.from({ length: ports.layout.partitions[topic] }, (_, partition) => partition);
    return [topic, partitions.reduce((sum, partition) => sum + store.broker.endOffset(topic, partition), 0)];
  });
}

function readEvent(file: string): unknown {
  try {
    return JSON.parse(textOf(readFileSync(file)));
  } catch (error) {
    const reason = messageOf(error);
    throw new UsageError(`cannot read event ${file}: ${reason}; name a JSON file, such as those in events/`, {
      cause: error,
    });
  }
}
