import { Command } from 'commander';
import * as z from 'zod';
import { componentName } from '../../functions/shared/domain/cluster-status.ts';
import { inventoryItemSchema, statusWords } from '../../functions/shared/domain/inventory.ts';
import { type ApiFlags, openApiClient, withApiOptions } from '../api-client.ts';
import { CommandEnd, type ExitStatus } from '../exit-status.ts';
import { withExamples } from '../options.ts';
import { type Line, statusLine } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { clockTime } from '../words.ts';

interface StatusFlags extends ApiFlags {
  readonly cluster?: string;
  readonly json?: boolean;
}

const statusSchema = z.enum(statusWords);
const reportSchema = z.object({
  cluster: z.string(),
  isReplay: z.literal(true).optional(),
  status: statusSchema,
  reason: z.string().optional(),
  sinceMs: z.number().optional(),
  counts: z.record(z.string(), z.partialRecord(statusSchema, z.number())),
  components: z.array(
    inventoryItemSchema.pick({ entity: true, kind: true, dimensions: true, status: true, reason: true, sinceMs: true }),
  ),
});
type Report = z.infer<typeof reportSchema>;
const answerSchema = z.object({ status: statusSchema, clusters: z.array(reportSchema), note: z.string().optional() });

export function statusCommand(terminal: Terminal): Command {
  const command = new Command('status')
    .description('Print the status of each cluster in words. Exit status 0: ok, 1: degraded, 2: down, 3: unknown.')
    .option('--cluster <name>', 'only this cluster')
    .option('--json', 'print one JSON object: { "status": ..., "clusters": [...] }');
  withApiOptions(command).action((flags: StatusFlags) => printStatus(flags, terminal));
  return withExamples(command, 'npx offbeat status', 'npx offbeat status --cluster prod --json');
}

/** Prints the status of clusters. @throws {CommandEnd} after it is printed, if the worst is not ok */
async function printStatus(flags: StatusFlags, terminal: Terminal): Promise<void> {
  const api = await openApiClient(flags, terminal);
  try {
    const answer = await api.get('/api/status', { cluster: flags.cluster });
    const { status, clusters, note } = answerSchema.parse(answer);
    if (note !== undefined) terminal.warn(`note: ${note}`);
    if (flags.json) terminal.printJson(answer, 2);
    else if (clusters.length === 0) terminal.print(nothingKnown(flags.cluster));
    else for (const report of clusters) for (const line of linesOf(report)) terminal.print(...line);
    if (status !== 'ok') throw new CommandEnd(exitStatusOf[status]);
  } finally {
    await api.close();
  }
}

const exitStatusOf: Readonly<Record<z.infer<typeof statusSchema>, ExitStatus>> = {
  ok: 0,
  degraded: 1,
  down: 2,
  unknown: 3,
};

const nothingKnown = (cluster: string | undefined): string =>
  `unknown: no storage, Kafka, MSK or OpenSearch${cluster === undefined ? '' : ` of cluster ${cluster}`} sent a document in the last 7 days`;

function linesOf({ cluster, isReplay, status, reason, sinceMs, counts, components }: Report): Line[] {
  const since = sinceMs === undefined ? '' : ` since ${clockTime(sinceMs)}`;
  const [head, word] = statusLine(`${cluster}${isReplay ? ' (replay)' : ''}`, { status });
  const kinds = Object.entries(counts);
  const width = kinds.reduce((most, [kind]) => Math.max(most, kind.length), 0);
  return [
    [head!, word!, `${since}${reason === undefined ? '' : `: ${reason}`}`],
    ...kinds.map(([kind, ofKind]): Line => [`  ${kind.padEnd(width)}  ${countsText(ofKind)}`]),
    ...components.map((component): Line => {
      const line = statusLine(`  ${componentName(component)}`, component);
      return [...line, ` (since ${clockTime(component.sinceMs)})`];
    }),
  ];
}

const countsText = (counts: Report['counts'][string]): string =>
  statusWords.flatMap((status) => (counts[status] === undefined ? [] : [`${counts[status]} ${status}`])).join(', ');
