import { entityPath } from '../../functions/shared/domain/entity.ts';
import type { BacktestResult } from '../../local/backtest/backtest.ts';
import type { FalsePage, IncidentResult } from '../../local/backtest/score.ts';
import { clockTime, counted } from '../words.ts';

const header = ['incident', 'start', 'outcome', 'after', 'cause', 'first suspect'];

/** Returns the table of incidents, and a line for each false page. */
export function backtestLines({ incidents, falsePages }: BacktestResult): readonly string[] {
  const rows = [header, ...incidents.map(rowOf)];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return falsePages.length === 0 ? lines : [...lines, '', 'false pages', ...falsePages.map(falsePageLine)];
}

function rowOf({ incident, outcome, page, seconds, causeIsRight, furtherPages }: IncidentResult): string[] {
  const { id, kind, start } = incident;
  const further = furtherPages === 0 ? '' : ` (and ${counted(furtherPages, 'further page')})`;
  return [
    kind === undefined ? id : `${id} ${kind}`,
    clockTime(start),
    outcome,
    seconds === undefined ? '-' : `${seconds.toFixed(0)} s`,
    causeIsRight === undefined ? '-' : causeIsRight ? 'right' : 'wrong',
    page === undefined ? '-' : `${entityPath(page.entity)}${further}`,
  ];
}

function falsePageLine({ page, during }: FalsePage): string {
  const benign = during === undefined ? '' : `, during ${during}`;
  return `  ${clockTime(page.pagedAtMs)}${benign}  ${page.headline}`;
}

/** Returns the line that ends a backtest. */
export function summaryOf({ totals }: BacktestResult): string {
  const { found, missed, outside, falsePages, furtherPages, ignoredPages, medianSeconds } = totals;
  const judged = totals.causesRight + totals.causesWrong;
  const parts = [
    `${counted(totals.incidents, 'incident')}: ${found} found, ${missed} missed`,
    counted(falsePages, 'false page'),
    ...(furtherPages === 0 ? [] : [counted(furtherPages, 'further page')]),
    ...(ignoredPages === 0 ? [] : [`${counted(ignoredPages, 'page')} of ignored entities`]),
    ...(medianSeconds === undefined ? [] : [`median ${medianSeconds.toFixed(0)} s from the start to the page`]),
    ...(judged === 0 ? [] : [`cause right in ${totals.causesRight} of ${judged}`]),
    ...(outside === 0 ? [] : [`${counted(outside, 'label')} outside the recording`]),
  ];
  return parts.join('; ');
}
