import { secondMs } from '../../functions/shared/domain/durations.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { dailyPatternGone, dailyRecording } from './daily-recording.ts';
import { clusterFaults, faultGroups, faultRecording } from './fault-recording.ts';
import { scoreRecording } from './measure.ts';
import { readQuietCluster } from './quiet-cluster.ts';
import { falsePagesBefore, type KindTally, type Quality, qualityOf, type ScoredRecording, tallyOf } from './tally.ts';

const kinds = [...clusterFaults, dailyPatternGone];

/**
 * Prints how the flow pages the fault set: for each kind the occurrences that were found, precision, and the median of
 * seconds from the begin to the page.
 * @param seeds recordings of each length between collections
 * @param periodsMs the times between two collections
 */
export async function printFaults(seeds: number, periodsMs: readonly number[]): Promise<void> {
  const quiet = readQuietCluster();
  for (const periodMs of periodsMs) {
    const scored: ScoredRecording[] = [];
    for (let seed = 1; seed <= seeds; seed += 1) {
      const recordings = [
        ...faultGroups.map((group) => faultRecording({ quiet, kinds: group, seed, periodMs })),
        dailyRecording(quiet, seed, periodMs),
      ];
      for (const recording of recordings) scored.push(await scoreRecording(recording, defaultSettings));
    }
    console.log(`\nFaults, ${seeds} seeds, a collection every ${periodMs / secondMs} s`);
    printTable(tallyOf(kinds, scored), falsePagesBefore(scored));
    for (const line of mistakesIn(scored)) console.log(line);
  }
}

function printTable(tallies: readonly KindTally[], before: number): void {
  console.log(row(['kind', 'found', 'recall', 'precision', 'seconds', 'cause right', 'further', 'false']));
  for (const tally of tallies) {
    const { kind, found, occurrences, causesRight, furtherPages, falsePages } = tally;
    const cells = [
      kind.pages ? kind.name : `${kind.name} (benign)`,
      kind.pages ? `${found} of ${occurrences}` : `of ${occurrences}`,
    ];
    console.log(
      row([...cells, ...qualityCells(qualityOf([tally])), `${causesRight}`, `${furtherPages}`, `${falsePages}`]),
    );
  }
  console.log(row(['before the first fault', '', '', '', '', '', '', `${before}`]));
  console.log(row(['all', '', ...qualityCells(qualityOf(tallies, before))]));
}

/** Returns a line for each wrong cause and each false page. */
function mistakesIn(scored: readonly ScoredRecording[]): readonly string[] {
  return scored.flatMap(({ recording: { segments }, score }) => {
    const wrong = score.incidents
      .filter(({ causeIsRight }) => causeIsRight === false)
      .map(({ incident, page }) => `wrong cause of ${incident.kind}: ${page!.headline}`);
    const unwanted = score.falsePages.map(({ page }) => {
      const after = segments.find(({ fromMs, toMs }) => page.startsAtMs >= fromMs && page.startsAtMs < toMs);
      return `false page after ${after?.kind.name ?? 'nothing'}: ${page.headline}`;
    });
    return [...wrong, ...unwanted];
  });
}

function qualityCells({ recall, precision, medianSeconds }: Quality): string[] {
  return [recall?.toFixed(2) ?? '-', precision?.toFixed(2) ?? '-', medianSeconds?.toFixed(0) ?? '-'];
}

const widths = [24, 8, 8, 11, 9, 13, 9, 5];
const row = (cells: readonly string[]): string =>
  cells
    .map((cell, column) => cell.padEnd(widths[column]!))
    .join('')
    .trimEnd();
