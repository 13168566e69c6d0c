import { summaryDocument } from '../../../functions/shared/warehouse/summary-document.ts';
import type { OneMachine } from '../one-machine.ts';

/** Returns the number of log records that the minutes of a dataset have counted, of one level or of all. */
export const countedLines = (machine: OneMachine, dataset: string, level?: string): number =>
  machine
    .documents('offbeat-summaries')
    .map((row) => summaryDocument.read(row))
    .filter(
      (summary) => summary.dataset === dataset && (level ?? summary.dimensions.level) === summary.dimensions.level,
    )
    .reduce((total, { metrics }) => total + (metrics['log.records']?.last ?? 0), 0);
