import './machines.css';
import '../../parts/field.css';
import '../../parts/foot-note.css';
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useAnswer } from '../../api/answer.ts';
import type { MeasureRow, Measures } from '../../api/data-types.ts';
import { gapText, glyphBeside } from '../../charts/alert-gap.ts';
import { useNewestAlerts } from '../../charts/alert-lane.ts';
import type { Stretch } from '../../charts/stretches.ts';
import { durationText } from '../../format/duration.ts';
import { capitalised, counted, numberWord } from '../../format/words.ts';
import { isPast, pastText } from '../../frame/present.ts';
import { cluster, range, zone } from '../../frame/where.ts';
import { Button, Choice } from '../../parts/button.tsx';
import { Section } from '../../parts/section.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { useHeldOrder } from './held-order.ts';
import { offTimes, standingText } from './in-range.ts';
import { judgedMsOf, Matrix } from './matrix.tsx';
import { normalText, type Reach, reachOf, unseenText } from './reach.ts';
import { columnsOf, exceptionsText } from './scales.ts';
import { type Standing, standingOf } from './standing.ts';
import { withTitles, withTroubleAt } from './trouble-at.ts';
import { Wall } from './wall.tsx';

type Order = 'trouble' | 'name' | 'write';

/** The number of machines from which on the normal ones have one line each. */
const wallFrom = 25;
/** The number of machines that are read at once. */
const pageSize = 200;
/** The number of points of a small chart. */
const pointsMax = 90;

/** The view of all machines: which one, which measure? */
export function MachinesView(): JSX.Element {
  const [limit, setLimit] = useState(pageSize);
  const query = { kind: 'host', cluster: cluster.value, from: range.value.from, to: range.value.to };
  const answer = useAnswer<Measures>('/api/measures', { ...query, points: pointsMax, limit });
  return (
    <Answered answer={answer} what="The machines">
      {(data) =>
        data.rows.length === 0 ? (
          <Empty glyph="unknown" title="No machine reports in this range">
            Machines appear with their first sample. <a href="/settings">Settings in force</a> says what is received.
          </Empty>
        ) : (
          <>
            <All data={data} />
            {data.next !== undefined && (
              <p class="padt">
                {data.rows.length} of {data.count} machines are shown, those in trouble first.{' '}
                <Button onPress={() => setLimit(limit + pageSize)}>Show {pageSize} more</Button>
              </p>
            )}
          </>
        )
      }
    </Answered>
  );
}

function All({ data: read }: { readonly data: Measures }): JSX.Element {
  const data = useTroubles(read);
  const [order, setOrder] = useState<Order>('trouble');
  const atMs = judgedMsOf(data);
  const standings = new Map(
    data.rows.map((row) => [row.path, standingOf(row, data.measures, atMs, zone.value)] as const),
  );
  const isTrouble = (row: MeasureRow): boolean => standings.get(row.path)?.isTrouble === true;
  const isWall = data.rows.length >= wallFrom;
  const off = useOffTimes(data);
  const wasOff = (row: MeasureRow): boolean => off.has(row.path);
  const inRows = inOrder(isWall ? data.rows.filter(isTrouble) : data.rows, { order, isTrouble, wasOff });
  const normal = data.rows.filter((row) => !isTrouble(row)).toSorted(byName);
  const columns = columnsOf(data);
  const hasClusters = new Set(data.rows.map(({ entity }) => entity.cluster)).size > 1;
  const held = useHeldOrder(inRows, ({ path }) => path);
  const exceptions = exceptionsText(columns, data.rows);
  const matrix = <Matrix data={data} rows={held.rows} columns={columns} hasClusters={hasClusters} isTight={isWall} />;
  return (
    <>
      <Situation data={data} standings={standings} off={off} isWall={isWall} order={order} onOrder={setOrder} />
      <div {...held.hold}>
        {held.moved > 0 && (
          <p class="moved">
            {held.moved} changed. <Button onPress={held.release}>Sort again</Button>
          </p>
        )}
        {isWall ? (
          inRows.length > 0 && (
            <Section title="In trouble" note={counted(inRows.length, 'machine')}>
              {matrix}
            </Section>
          )
        ) : (
          <section class="sec" aria-label="Machines">
            {matrix}
          </section>
        )}
      </div>
      {exceptions !== undefined && (
        <p class="foot-note">All charts of a column share one scale, except {exceptions}.</p>
      )}
      {isWall && <Wall data={data} rows={normal} columns={columnsOf({ ...data, rows: normal })} />}
    </>
  );
}

/** Returns machines with the trouble of the moment that is described, told by the titles of its alerts. */
function useTroubles(data: Measures): Measures {
  const { alerts } = useNewestAlerts();
  const isOver = isPast(data.toMs);
  return useMemo(() => {
    const rows = isOver ? withTroubleAt(data.rows, alerts, data.toMs) : withTitles(data.rows, alerts);
    // The API counts those that are in trouble now.
    const troubled = isOver ? rows.filter(({ trouble }) => trouble.severity !== null).length : data.troubled;
    return { ...data, rows, troubled };
  }, [data, alerts, isOver]);
}

/** Returns the machines that were off at any time of the range, with those times, by their paths. */
function useOffTimes(data: Measures): ReadonlyMap<string, readonly Stretch[]> {
  const { alerts } = useNewestAlerts();
  return useMemo(
    () =>
      new Map(
        data.rows
          .map((row) => [row.path, offTimes(row, alerts, data)] as const)
          .filter(([, stretches]) => stretches.length > 0),
      ),
    [data, alerts],
  );
}

const byName = (a: MeasureRow, b: MeasureRow): number =>
  a.entity.name.localeCompare(b.entity.name, 'en', { numeric: true });

interface Ordering {
  readonly order: Order;
  readonly isTrouble: (row: MeasureRow) => boolean;
  readonly wasOff: (row: MeasureRow) => boolean;
}

function inOrder(rows: readonly MeasureRow[], { order, isTrouble, wasOff }: Ordering): MeasureRow[] {
  const lastWrite = (row: MeasureRow): number => row.measures['disk.write']?.last ?? -1;
  if (order === 'name') return rows.toSorted(byName);
  if (order === 'write') return rows.toSorted((a, b) => lastWrite(b) - lastWrite(a));
  // The API sorts by alerts; what has no data, or is off its range at present, comes before what is normal again, and what was always.
  const rank = (row: MeasureRow): number => (isTrouble(row) ? 2 : wasOff(row) ? 1 : 0);
  return rows.toSorted((a, b) => rank(b) - rank(a));
}

interface SituationProps {
  readonly data: Measures;
  readonly standings: ReadonlyMap<string, Standing>;
  /** The times at which machines were off, by their paths. */
  readonly off: ReadonlyMap<string, readonly Stretch[]>;
  readonly isWall: boolean;
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
}

function Situation({ data, standings, off, isWall, order, onOrder }: SituationProps): JSX.Element {
  const { gap } = useNewestAlerts();
  const worst = data.rows.filter(({ path }) => standings.get(path)?.isTrouble);
  const first = worst[0];
  const total = data.count;
  const reach = reachOf(data, new Set(worst.map(({ path }) => path)));
  const others = reach.normal;
  const offOthers = data.rows.filter(({ path }) => off.has(path) && !standings.get(path)?.isTrouble).length;
  const standing = first === undefined ? undefined : standings.get(first.path);
  const name = <bdi>{first?.entity.name}</bdi>;
  return (
    <Sentence
      isSmall
      glyph={standing?.glyph ?? glyphBeside(off.size > 0 ? 'warning' : 'ok', gap)}
      meaning={first === undefined ? standingOfAll(data, off, reach, gap) : `${reach.inTrouble} machines in trouble.`}
      say={
        standing === undefined ? (
          <bdi>{standingOfAll(data, off, reach, gap)}</bdi>
        ) : reach.inTrouble === 1 && reach.unseen === 0 ? (
          <>
            {nameBefore(standing.word, first?.entity.name)}
            {firstClause(standing.word, first?.entity.name)};{' '}
            {others === 0 ? 'it is the only machine' : othersText(others, offOthers)}.
          </>
        ) : (
          <>
            {capitalised(numberWord(reach.inTrouble))} of {total} machines{' '}
            {isPast(data.toMs) ? (reach.inTrouble === 1 ? 'was' : 'were') : reach.inTrouble === 1 ? 'is' : 'are'} in
            trouble, worst first: {name}.
          </>
        )
      }
      sub={`${first === undefined ? '' : gapText(gap)}${pastText(data.toMs, judgedMsOf(data))}${
        isWall
          ? normalText(reach)
          : `${counted(total, 'machine')}, sorted by ${order === 'write' ? 'disk writes' : order}. A coloured stretch with a bar under it was outside its expected range.`
      } ${unseenText(reach)}`}
      actions={
        isWall ? undefined : (
          <Choice
            label="Order"
            options={[
              { value: 'trouble', text: 'Trouble' },
              { value: 'name', text: 'Name' },
              { value: 'write', text: 'Disk write' },
            ]}
            value={order}
            onChoose={onOrder}
          />
        )
      }
    />
  );
}

/** Returns the sentence about machines of which none is in trouble at the end of the range: it is about all of the range. */
function standingOfAll(
  { rows, count, fromMs, toMs }: Measures,
  off: SituationProps['off'],
  { unseen }: Reach,
  gap: string,
): string {
  const names = rows.filter(({ path }) => off.has(path)).map(({ entity }) => entity.name);
  const standing = standingText({
    total: rows.length,
    names,
    span: durationText(toMs - fromMs),
    isOver: isPast(toMs),
    gap,
  });
  return unseen === 0 ? standing : `Of ${count} machines ${rows.length} are shown. ${standing}`;
}

/** Returns the name of a machine with a colon, unless what is said about it names it already. */
const nameBefore = (text: string, name = ''): string => (text.includes(name) ? '' : `${name}: `);

/** Returns what is wrong, without its consequences. */
function firstClause(text: string, name = ''): string {
  const clause = text.split(': ', 1)[0] ?? text;
  return text.includes(name) ? clause : lowered(clause);
}

const lowered = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

/** @param off the number of them that were off before the end of the range */
const othersText = (count: number, off: number): string =>
  (count === 1 ? 'the other machine is normal' : `the other ${numberWord(count)} machines are normal`) +
  (off === 0 ? '' : `; ${off === 1 ? 'one was' : `${numberWord(off)} were`} off before`);
