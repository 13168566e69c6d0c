import '../../parts/foot-note.css';
import '../../parts/parts-table.css';
import './machine.css';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { useAnswer } from '../../api/answer.ts';
import type { Charts, MeasureRow, Measures } from '../../api/data-types.ts';
import { useNewestAlerts } from '../../charts/alert-lane.ts';
import type { Stretch } from '../../charts/stretches.ts';
import { agoText } from '../../format/duration.ts';
import { alertHref, exploreHref } from '../../format/links.ts';
import { componentTitle } from '../../format/names.ts';
import { counted } from '../../format/words.ts';
import { detailTitle } from '../../frame/head.tsx';
import { parts } from '../../frame/place.ts';
import { isPast, pastText, presentAt } from '../../frame/present.ts';
import { range, zone } from '../../frame/where.ts';
import { Sentence } from '../../parts/sentence.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { alertsIn, alertTimes } from '../machines/in-range.ts';
import { judgedAtMs, standingOf } from '../machines/standing.ts';
import { withTitles, withTroubleAt } from '../machines/trouble-at.ts';
import { MachineStack } from './machine-stack.tsx';
import { type PartRow, partRows, seriesMax, shownSeries } from './parts.ts';
import { PartsTable } from './parts-table.tsx';
import { judgeCalm } from './situation.ts';

interface Named {
  readonly cluster: string;
  readonly kind: string;
  readonly name: string;
}

/** The number of points of the charts. */
const pointsMax = 300;
/** The most series that are listed, of which the parts are chosen. */
const listedMax = 1_000;

/** The view of one machine, or of anything else that is watched: which part of it? */
export function MachineView(): JSX.Element {
  const { cluster = '', kind = '', name = '' } = parts.value;
  useEffect(() => {
    detailTitle.value = name;
    return () => {
      detailTitle.value = null;
    };
  }, [name]);
  const path = `${cluster}/${kind}/${name}`;
  // By its key it begins anew with another machine: nothing of the one before stands under the new name.
  return <Machine key={path} entity={{ cluster, kind, name }} path={path} />;
}

function Machine({ entity, path }: { readonly entity: Named; readonly path: string }): JSX.Element {
  const { kind, name } = entity;
  const series = useAnswer<{ readonly series: readonly string[] }>(
    '/api/series',
    { entity: path, limit: listedMax },
    { refresh: 'once' },
  );
  return (
    <Answered answer={series} what={`The parts of ${name}`}>
      {({ series: all }) =>
        all.length === 0 ? (
          <Empty glyph="unknown" title={`Nothing is known of ${componentTitle(kind, name)}`}>
            It sent no sample that is kept. <a href="/machines">All machines</a>
          </Empty>
        ) : (
          <One entity={entity} path={path} all={all} />
        )
      }
    </Answered>
  );
}

function One({
  entity,
  path,
  all,
}: {
  readonly entity: Named;
  readonly path: string;
  readonly all: readonly string[];
}): JSX.Element {
  const { from, to } = range.value;
  const shown = useMemo(() => shownSeries(entity.kind, all), [entity.kind, all]);
  const charts = useAnswer<Charts>('/api/charts', { series: shown, from, to, points: pointsMax, band: true });
  const { alerts, gap } = useNewestAlerts();
  const isHost = entity.kind === 'host';
  const measures = useAnswer<Measures>(isHost ? '/api/measures' : null, {
    kind: 'host',
    entity: path,
    from,
    to,
    points: pointsMax,
  });
  return (
    <Answered answer={charts} what={`The charts of ${entity.name}`}>
      {(data) => {
        const rows = partRows(data, zone.value);
        const read = measures.data?.rows.find((row) => row.path === path);
        const own =
          read && (isPast(data.toMs) ? withTroubleAt([read], alerts, data.toMs) : withTitles([read], alerts))[0];
        return (
          <>
            <Situation
              entity={entity}
              rows={rows}
              times={data.times}
              own={own}
              measures={measures.data?.measures ?? []}
              alerts={alertTimes(alertsIn(alerts, path, data))}
              gap={gap}
              range={data}
            />
            <PartsTable rows={rows} charts={data} />
            {shown.length < all.length && (
              <p class="foot-note nb">
                {shown.length} of {all.length} series are shown
                {shown.length === seriesMax ? ', the first by name' : ', those of its parts'}.{' '}
                <a class="more" href={`${exploreHref(shown.slice(0, 1))}&find=${encodeURIComponent(path)}`}>
                  All series in Explore
                </a>
              </p>
            )}
            <MachineStack entity={entity} charts={data} rows={rows} measures={measures.data} own={own} />
          </>
        );
      }}
    </Answered>
  );
}

interface SituationProps {
  readonly entity: Named;
  readonly rows: readonly PartRow[];
  readonly times: Charts['times'];
  readonly own: MeasureRow | undefined;
  readonly measures: Measures['measures'];
  /** The times at which alerts named it. */
  readonly alerts: readonly Stretch[];
  /** The clause about alerts that are not known; empty where all are. */
  readonly gap: string;
  readonly range: Stretch;
}

function Situation({ entity, rows, times, own, measures, alerts, gap, range }: SituationProps): JSX.Element {
  const { toMs } = range;
  const isOver = isPast(toMs);
  const newest = own?.newestMs ?? Math.max(0, ...rows.map(({ chart }) => chart.last?.timeMs ?? 0));
  // A range of the past, such as that of a recording, may go on after the data: their end is told, and what is before it is judged.
  const atMs = judgedAtMs([newest], presentAt(toMs), isOver);
  const calm = judgeCalm({ rows, times, alerts, gap, range, isOver, zone: zone.value, nowMs: atMs });
  const odd = rows.filter(({ glyph }) => glyph === 'critical' || glyph === 'warning');
  const standing = own === undefined ? undefined : standingOf(own, measures, atMs, zone.value);
  const alertId = own?.trouble.alertIds[0];
  const newestMs = Math.min(atMs, newest);
  const title = <bdi>{componentTitle(entity.kind, entity.name)}</bdi>;
  const isAlerted = own?.trouble.severity != null;
  const isCalm = !isAlerted && odd.length === 0 && standing?.isTrouble !== true;
  // Neither a sample nor a measure of it is in the range.
  const isSilent = own === undefined && newestMs === 0;
  return (
    <Sentence
      isSmall
      glyph={isSilent ? 'unknown' : isCalm ? calm.glyph : (standing?.glyph ?? odd[0]?.glyph ?? 'warning')}
      meaning={
        isSilent
          ? `${entity.name} sent nothing`
          : isAlerted || odd.length > 0
            ? `${entity.name} needs a look`
            : `${entity.name} ${calm.say}`
      }
      say={
        isSilent ? (
          <>{title} sent nothing in this range.</>
        ) : standing?.glyph === 'unknown' ? (
          <>{title} sends no data.</>
        ) : isAlerted ? (
          <>
            {title} has an open alert: <bdi>{standing?.word}</bdi>.
          </>
        ) : odd.length > 0 ? (
          <>
            {title}: {counted(odd.length, 'part')} off the expected range.
          </>
        ) : standing?.isTrouble ? (
          <>
            {title}: {standing.word}.
          </>
        ) : (
          <>
            {title} {calm.say}
          </>
        )
      }
      sub={
        isSilent
          ? 'Nothing can be said about it; choose a longer range.'
          : `${pastText(toMs, atMs)}${isOver ? '' : `Its newest sample is ${agoText(newestMs, atMs).replace(' ago', ' old')}. `}${
              odd.length === 0 ? calm.parts : `Off: ${odd.map((row) => row.title).join(', ')}.`
            }`
      }
      actions={
        alertId === undefined ? undefined : (
          <a class="btn primary" href={alertHref(alertId)}>
            Open alert
          </a>
        )
      }
    />
  );
}
