import type { ComponentChildren, JSX } from 'preact';
import type { ChartSeries, Charts } from '../api/data-types.ts';
import type { AlertSummary } from '../api/types.ts';
import { Spark } from '../charts/spark.tsx';
import { alertTitle } from '../format/alert-title.ts';
import { plainHeadline } from '../format/headline.ts';
import { alertHref } from '../format/links.ts';
import { measureTitle } from '../format/names.ts';
import { shownUnit } from '../format/quantity.ts';
import { nowOf } from '../frame/replay.ts';
import { zone } from '../frame/where.ts';
import { Glyph } from '../parts/glyph.tsx';
import { pendingText } from './asked.ts';
import { stateWords } from './words.ts';
import '../parts/alert-row.css';

/** An alert in a list: what is wrong, its line, and who has it. */
export function AlertRow({
  alert,
  chart,
  charts,
  action,
  silencedUntilMs,
}: {
  readonly alert: AlertSummary;
  /** The series of its likely cause, with the answer that it is part of. */
  readonly chart?: ChartSeries | undefined;
  readonly charts?: Charts | undefined;
  readonly action?: ComponentChildren;
  readonly silencedUntilMs?: number | undefined;
}): JSX.Element {
  const isGrey = alert.silencedBy !== undefined || alert.status === 'resolved';
  const { lead, rest } = stateWords(alert, nowOf(alert), zone.value, silencedUntilMs);
  const weight = alert.status === 'open' && !isGrey ? 't' : `t w500${isGrey ? ' dim' : ''}`;
  return (
    <article class="arow">
      <Glyph name={alert.severity} tone={isGrey ? 'faint' : undefined} />
      <div>
        <p class={weight}>
          <a href={alertHref(alert.id)}>
            <span class="sr">{`${alert.severity === 'info' ? 'notice' : alert.severity}: `}</span>
            <bdi>{alertTitle(alert)}</bdi>
          </a>
        </p>
        <p class="w">
          <bdi>{lineOf(alert)}</bdi>
        </p>
      </div>
      {chart !== undefined && charts !== undefined ? <CauseSpark chart={chart} charts={charts} /> : <div />}
      <div class="s">
        <b>{lead}</b> <bdi>{pendingText(alert) ?? rest}</bdi>
        {action}
      </div>
    </article>
  );
}

const counted = (count: number, word: string): string =>
  `${count} ${word}${count === 1 || word === 'series' ? '' : 's'}`;

function lineOf({ headline, series, components, cluster }: AlertSummary): string {
  const [first = ''] = plainHeadline(headline).split(/, since \d\d:\d\d/, 1);
  const text = first.slice(0, 1).toUpperCase() + first.slice(1);
  return `${text.replace(/\.$/, '')}. ${counted(series, 'series')} on ${counted(components, 'component')}, cluster ${cluster}.`;
}

function CauseSpark({ chart, charts }: { readonly chart: ChartSeries; readonly charts: Charts }): JSX.Element {
  const { times, fromMs, toMs } = charts;
  return (
    <Spark
      label={measureTitle(chart)}
      line={{ ...chart, label: '', role: 'a', times }}
      unit={shownUnit(chart.metric, chart.unit)}
      range={{ fromMs, toMs }}
      height={32}
      isStepped={/\.connected$/.test(chart.metric)}
    />
  );
}
