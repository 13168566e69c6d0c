import { Command } from 'commander';
import * as z from 'zod';
import { matchesGlob } from '../../functions/shared/domain/glob.ts';
import type { SourceSettings } from '../../functions/shared/domain/settings.ts';
import { type ApiFlags, openApiClient, withApiOptions } from '../api-client.ts';
import { settingsOf, wholeNumber, withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { counted } from '../words.ts';

interface SeriesFlags extends ApiFlags {
  readonly dataset: string;
  readonly limit: number;
  readonly names?: boolean;
  readonly json?: boolean;
}

const counts = z.record(z.string(), z.number());
const datasetSchema = z.object({
  dataset: z.string(),
  samples: z.number(),
  series: z.number(),
  metrics: z.number(),
  entities: z.object({ count: z.number(), first: z.array(z.string()) }),
  dimensions: counts,
  facts: counts,
});
const namesSchema = z.object({ series: z.array(z.string()) });
type Dataset = z.infer<typeof datasetSchema>;

export function seriesCommand(terminal: Terminal): Command {
  const command = new Command('series')
    .description('List what the documents of datasets became: entities, dimensions, facts and numbers of series.')
    .option('--dataset <glob>', 'only datasets that match; * stands for any text', '*')
    .option('--limit <n>', 'how many of the newest samples are read', wholeNumber(1, 10_000), 10_000)
    .option('--names', 'print the name of each series, as "why" reads it')
    .option('--json', 'print one JSON object: { "datasets": [...] }, or { "series": [...] } with --names');
  withApiOptions(command).action((flags: SeriesFlags) => listSeries(flags, terminal));
  return withExamples(
    command,
    'npx offbeat series',
    "npx offbeat series --dataset 'acme.*' --data .offbeat",
    "npx offbeat series --dataset 'system.*' --names",
  );
}

/** Prints the datasets that were seen, and warns of settings for what nobody ships. */
async function listSeries(flags: SeriesFlags, terminal: Terminal): Promise<void> {
  const { sources } = settingsOf(flags);
  const api = await openApiClient(flags, terminal);
  try {
    const limit = String(flags.limit);
    if (flags.names) {
      const { series } = namesSchema.parse(await api.get('/api/series', { dataset: flags.dataset, limit }));
      if (flags.json) terminal.printJson({ series });
      else for (const name of series) terminal.print(name);
      return;
    }
    const answer = await api.get('/api/series', { dataset: '*', limit });
    const seen = z.object({ datasets: z.array(datasetSchema) }).parse(answer).datasets;
    const datasets = seen.filter(({ dataset }) => matchesGlob(flags.dataset, dataset));
    if (flags.json) terminal.printJson({ datasets });
    else if (datasets.length === 0) terminal.print('no datasets');
    else for (const dataset of datasets) for (const line of linesOf(dataset)) terminal.print(line);
    for (const warning of warningsOf(sources, seen)) terminal.warn(`warning: ${warning}`);
  } finally {
    await api.close();
  }
}

function linesOf({ dataset, samples, series, metrics, entities, dimensions, facts }: Dataset): string[] {
  const others = entities.count - entities.first.length;
  const named = `${entities.first.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
  return [
    `${dataset}  ${series.toLocaleString('en')} series of ${counted(metrics, 'metric')} in ${counted(samples, 'sample')}`,
    `  entities    ${entities.count}: ${named}`,
    `  dimensions  ${countsText(dimensions)}`,
    `  facts       ${countsText(facts)}`,
  ];
}

/** Returns names, each with its number of different values: `device (3), object (1)`. */
const countsText = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([name, count]) => `${name} (${count})`)
    .join(', ') || 'none';

/** Returns what the settings say of datasets and paths that no sample has. */
function warningsOf(sources: readonly SourceSettings[], seen: readonly Dataset[]): string[] {
  return sources.flatMap(({ match, dimensions }, nth) => {
    const matching = seen.filter(({ dataset }) => matchesGlob(match.dataset, dataset));
    if (matching.length === 0) return [`sources[${nth}].match: no dataset that was seen matches ${match.dataset}`];
    return dimensions
      .filter((path) => matching.every((dataset) => !Object.hasOwn(dataset.dimensions, path)))
      .map((path) => `sources[${nth}].dimensions: no document that was seen has ${path}; its facts are listed above`);
  });
}
