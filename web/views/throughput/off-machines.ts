import type { Measure, MeasureName, Measures } from '../../api/data-types.ts';
import { stretchesOf } from '../../charts/stretches.ts';
import { momentText, type Zone } from '../../format/moment.ts';
import { counted, listed } from '../../format/words.ts';
import { flows } from './situation.ts';

/** The most times, and machines of one time, that are told one by one. */
const timesMax = 3;
const machinesMax = 3;

type Judged = Pick<Measures, 'rows' | 'measures' | 'fromMs' | 'toMs'>;

/** Returns the stretches in which any machine was off its expected range of a measure, to mark them on the line of all machines. */
export function anomaliesOf(
  { rows, ...range }: Pick<Measures, 'rows' | 'fromMs' | 'toMs'>,
  name: MeasureName,
): Measure['anomalies'][number][] {
  const all = rows.flatMap(({ measures }) => measures[name]?.anomalies ?? []);
  const critical = all.filter(({ severity }) => severity === 'critical');
  return stretchesOf(all, range).map((stretch) => ({
    ...stretch,
    severity: stretchesOf(critical, stretch).length > 0 ? 'critical' : 'warning',
  }));
}

/**
 * Returns when traffic was off its expected range, and whose, the first time first; empty where none was.
 * @example
 * offMachinesText(data, told); // => '15:12:50 to 15:14:10 disk write of node-m and vmhost; 15:15:50 to 15:17:10 sent of node-m'
 */
export function offMachinesText(data: Judged, told: { readonly zone: Zone; readonly nowMs: number }): string {
  const off = data.measures
    .filter(({ name }) => flows.has(name))
    .flatMap(({ name, title }) =>
      data.rows.flatMap(({ entity, measures }) =>
        stretchesOf(measures[name]?.anomalies ?? [], data).map((stretch) => ({ ...stretch, title, name: entity.name })),
      ),
    );
  const stretches = stretchesOf(off, data);
  const said = stretches.slice(0, timesMax).map(({ fromMs, toMs }) => {
    const inside = Map.groupBy(
      off.filter((each) => each.fromMs <= toMs && each.toMs >= fromMs),
      ({ title }) => title,
    );
    const whose = [...inside].map(
      ([title, own]) => `${title.toLowerCase()} of ${namesText([...new Set(own.map(({ name }) => name))])}`,
    );
    return `${momentText(fromMs, told.zone, told.nowMs)} to ${momentText(toMs, told.zone, told.nowMs)} ${whose.join(', ')}`;
  });
  const others = stretches.length - said.length;
  return [...said, ...(others > 0 ? [`and ${counted(others, 'more time')}`] : [])].join('; ');
}

function namesText(names: readonly string[]): string {
  const others = names.length - machinesMax;
  return listed(others > 0 ? [...names.slice(0, machinesMax), counted(others, 'other')] : names);
}
