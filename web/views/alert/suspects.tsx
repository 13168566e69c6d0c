import { Fragment, type JSX } from 'preact';
import type { AlertDetail, Evidence, Role, Suspect } from '../../api/alert-types.ts';
import { useAnswer } from '../../api/answer.ts';
import type { ChartSeries, Charts } from '../../api/data-types.ts';
import { Chart } from '../../charts/chart.tsx';
import type { Incident } from '../../charts/incident.ts';
import { isTabular, useTableKey } from '../../charts/stack.tsx';
import { ValuesTable } from '../../charts/values-table.tsx';
import { componentTitle, measureTitle } from '../../format/names.ts';
import { shownUnit } from '../../format/quantity.ts';
import { nowOf } from '../../frame/replay.ts';
import { Section } from '../../parts/section.tsx';
import { Failure } from '../../parts/states.tsx';
import { Tag } from '../../parts/tag.tsx';
import { drawnText, seriesMax, seriesOf } from './drawn-series.ts';
import { Events } from './events.tsx';
import { evidenceQuery, incidentOf } from './evidence-range.ts';
import { Expected } from './expected.tsx';
import { Others } from './others.tsx';
import { seriesText } from './series-text.ts';

const roleWords: Readonly<Record<Role, string>> = { cause: 'Likely cause', effect: 'Effect', reaction: 'Reaction' };

/** The suspects beside their charts, the likely cause first, all on one time axis. */
export function Suspects({ alert }: { readonly alert: AlertDetail }): JSX.Element {
  useTableKey();
  const series = seriesOf(alert).slice(0, Math.max(seriesMax, alert.suspects.length));
  const answer = useAnswer<Charts>(series.length === 0 ? null : '/api/charts', {
    series,
    ...evidenceQuery(alert, clusterNow(alert)),
  });
  const { data } = answer;
  return (
    <Section title="What happened, likely cause first" note={drawnText(alert)} end={<Legend />}>
      {answer.problem !== undefined && data === undefined && (
        <Failure what="The charts" problem={answer.problem} onRetry={answer.reload} />
      )}
      {data !== undefined && isTabular.value ? (
        <ValuesTable columns={data.charts.map((chart) => ({ title: measureTitle(chart), ...drawn(chart, data) }))} />
      ) : (
        <div class="suspects">
          {data !== undefined && <Events alert={alert} range={data} />}
          {alert.suspects.map((suspect, nth) => (
            <SuspectRow
              key={suspect.anomalyId}
              alert={alert}
              suspect={suspect}
              nth={nth}
              evidence={alert.evidence.find(({ anomaly }) => anomaly.id === suspect.anomalyId)}
              charts={data}
            />
          ))}
        </div>
      )}
      <Others alert={alert} charts={data} range={evidenceQuery(alert, clusterNow(alert))} />
    </Section>
  );
}

/** Returns the time of the alert's cluster. Ms. */
const clusterNow = ({ entity, scope }: AlertDetail): number =>
  nowOf({ cluster: entity.cluster, isReplay: scope !== 'live' });

function Legend(): JSX.Element {
  return (
    <span class="note hide-m legend">
      <span class="key">
        <i class="bd" />
        expected
      </span>
      <span class="key">
        <i class="an c" />
        outside, critical
      </span>
      <span class="key">
        <i class="an" />
        outside, warning
      </span>
    </span>
  );
}

interface SuspectRowProps {
  readonly alert: AlertDetail;
  readonly suspect: Suspect;
  readonly nth: number;
  readonly evidence: Evidence | undefined;
  readonly charts: Charts | undefined;
}

function SuspectRow({ alert, suspect, nth, evidence, charts }: SuspectRowProps): JSX.Element {
  const { entity, series, why } = suspect;
  const text = seriesText(series);
  const chart = charts?.charts.find((each) => each.series === text);
  const role = evidence?.role ?? (nth === 0 ? 'cause' : undefined);
  return (
    <Fragment>
      <div class="sus">
        <p class="r">
          <span class="rank">{nth + 1}</span>
          {role !== undefined && <Tag tone={role === 'cause' ? 'crit' : undefined}>{roleWords[role]}</Tag>}
        </p>
        <h3>
          <a class="rowlink" href={exploreHref(series, alert)}>
            <bdi>{measureTitle(series)}</bdi>
          </a>
        </h3>
        <p class="c">
          <bdi>{entity.kind === 'host' ? `Host ${entity.name}` : componentTitle(entity.kind, entity.name)}</bdi>
        </p>
        {evidence !== undefined && <Expected anomaly={evidence.anomaly} />}
        <p class="y">
          <bdi>{whyWords(why)}</bdi>
        </p>
      </div>
      <div class="suc">
        {chart !== undefined && charts !== undefined && (
          <SuspectChart
            chart={chart}
            charts={charts}
            incident={incidentOf(alert, evidence)}
            isLast={nth === alert.suspects.length - 1}
          />
        )}
      </div>
    </Fragment>
  );
}

/** Returns the address that shows a series alone. */
function exploreHref(series: Suspect['series'], alert: AlertDetail): string {
  const { from, to } = evidenceQuery(alert, clusterNow(alert));
  const query = new URLSearchParams({ series: seriesText(series), band: '1', from: String(from), to: String(to) });
  return `/explore?${query}`;
}

/** Returns why it is suspected, without the value, which stands above. */
function whyWords(why: string): string {
  const [rank = ''] = why.split(/: /, 1);
  return `${rank.slice(0, 1).toUpperCase()}${rank.slice(1)}.`;
}

/** Returns a chart's line and its unit. */
function drawn(chart: ChartSeries, { times }: Charts) {
  return { line: { ...chart, label: '', role: 'a', times } as const, unit: shownUnit(chart.metric, chart.unit) };
}

const connection = [
  { value: 1, label: 'on' },
  { value: 0, label: 'off' },
] as const;

function SuspectChart({
  chart,
  charts,
  incident,
  isLast,
}: {
  readonly chart: ChartSeries;
  readonly charts: Charts;
  readonly incident: Incident;
  readonly isLast: boolean;
}): JSX.Element {
  const { line, unit } = drawn(chart, charts);
  const isState = /\.(connected|up|collected)$/.test(chart.metric);
  return (
    <Chart
      label={measureTitle(chart)}
      lines={[line]}
      unit={unit}
      range={{ fromMs: charts.fromMs, toMs: charts.toMs }}
      height={isLast ? 122 : 104}
      shape={isState ? 'steps' : 'line'}
      hasBand
      hasAxis={isLast}
      incident={incident}
      {...(isState && { levels: connection, top: 1.6 })}
    />
  );
}
