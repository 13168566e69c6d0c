import type { JSX } from 'preact';
import type { AlertDetail, Anomaly } from '../../api/alert-types.ts';
import type { Charts } from '../../api/data-types.ts';
import { exploreHref } from '../../format/links.ts';
import { seriesTitle } from '../../format/names.ts';
import { peakIn, seriesMax, seriesOf } from './drawn-series.ts';
import { Expected } from './expected.tsx';
import { seriesText } from './series-text.ts';

interface OthersProps {
  readonly alert: AlertDetail;
  readonly charts: Charts | undefined;
  /** The range of the charts, ms, as addresses have it. */
  readonly range: { readonly from: number; readonly to: string };
}

/** Lists the series of an alert that are off and not drawn, with how far each went, and links to them. */
export function Others({ alert, charts, range }: OthersProps): JSX.Element | null {
  const { others, anomalies, suspects } = alert;
  if (anomalies.length <= suspects.length) return null;
  const all = seriesOf(alert).slice(0, seriesMax);
  const hrefOf = (series: readonly string[]): string => `${exploreHref(series)}&from=${range.from}&to=${range.to}`;
  return (
    <div class="others">
      <h3>Off too, not drawn</h3>
      <ul>
        {others.map((anomaly: Anomaly) => (
          <li key={anomaly.id}>
            <a class="rowlink" href={hrefOf([seriesText(anomaly.series)])}>
              <bdi>{seriesTitle(anomaly.series)}</bdi>
            </a>
            <Expected anomaly={peaked(anomaly, charts)} />
          </li>
        ))}
      </ul>
      <a class="more" href={hrefOf(all)}>
        {all.length === anomalies.length
          ? `All ${all.length} in Explore`
          : `${all.length} of ${anomalies.length} in Explore`}
      </a>
    </div>
  );
}

/** Returns an anomaly with the peak that charts know of it. */
function peaked(anomaly: Anomaly, charts: Charts | undefined): Anomaly {
  const text = seriesText(anomaly.series);
  const chart = charts?.charts.find(({ series }) => series === text);
  return charts === undefined || chart === undefined ? anomaly : { ...anomaly, peak: peakIn(anomaly, charts, chart) };
}
