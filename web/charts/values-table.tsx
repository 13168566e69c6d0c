import '../parts/table.css';
import type { JSX } from 'preact';
import { clockText, dayText } from '../format/moment.ts';
import { quantityText } from '../format/quantity.ts';
import { zone } from '../frame/where.ts';
import type { Line } from './line.ts';

/** A column of a table of values. */
export interface ValuesColumn {
  readonly title: string;
  readonly line: Line;
  readonly unit: string;
}

/** The most rows of a table; the newest are shown. */
const rowsMax = 500;

/** Shows the values of charts as a table, the newest first. */
export function ValuesTable({ columns }: { readonly columns: readonly ValuesColumn[] }): JSX.Element {
  const byTime = columns.map(({ line }) => new Map(line.times.map((timeMs, nth) => [timeMs, line.values[nth]])));
  const times = [...new Set(byTime.flatMap((values) => [...values.keys()]))].sort((a, b) => b - a);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls can be scrolled with the keyboard
    <section class="valuesbox" aria-label="Values of the charts" tabIndex={0}>
      {times.length > rowsMax && (
        <p class="dim">{`The newest ${rowsMax} of ${times.length.toLocaleString('en')} times.`}</p>
      )}
      <table>
        <thead>
          <tr>
            <th>Time, {zone.value === 'utc' ? 'UTC' : 'local'}</th>
            {columns.map(({ title }) => (
              <th key={title} class="num">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.slice(0, rowsMax).map((timeMs) => (
            <tr key={timeMs}>
              <td class="dim">
                {dayText(timeMs, zone.value)} {clockText(timeMs, zone.value)}
              </td>
              {columns.map(({ title, unit }, nth) => (
                <td key={title} class="num">
                  {quantityText(byTime[nth]!.get(timeMs), unit)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
