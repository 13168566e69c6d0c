import { fileURLToPath } from 'node:url';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { backtest } from '../../local/backtest/backtest.ts';
import { readLabels } from '../../local/backtest/labels.ts';

const pathOf = (name: string): string => fileURLToPath(new URL(`../../events/recordings/${name}`, import.meta.url));

/** Prints the pages of the recorded cluster beside its labels. */
export async function printRecording(): Promise<void> {
  const labels = readLabels(pathOf('labels.json'));
  const file = pathOf('cluster-load.ndjson.gz');
  const { totals } = await backtest({ file, labels, settings: defaultSettings, nowMs: Date.UTC(2030, 0, 1) });
  const { found, incidents, falsePages, furtherPages, medianSeconds = Number.NaN, causesRight } = totals;
  console.log(
    `\nThe recorded cluster: ${found} of ${incidents} incidents found, ${falsePages} false and ${furtherPages} further pages, ` +
      `median ${medianSeconds.toFixed(0)} s from the start to the page, cause right in ${causesRight}`,
  );
}
