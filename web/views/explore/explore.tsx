import '../../charts/chart.css';
import './explore.css';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useAnswer } from '../../api/answer.ts';
import type { Charts } from '../../api/data-types.ts';
import { lineOfSeries, unitOfSeries } from '../../charts/lines.ts';
import { isTabular, useTableKey } from '../../charts/stack.tsx';
import { ValuesTable } from '../../charts/values-table.tsx';
import { measureTitle, partsOf, seriesTitle } from '../../format/names.ts';
import { query, setQuery } from '../../frame/address.ts';
import { download } from '../../frame/download.ts';
import { toast } from '../../frame/toast.tsx';
import { cluster, compare, range } from '../../frame/where.ts';
import { Button } from '../../parts/button.tsx';
import { Code } from '../../parts/code.tsx';
import { copyText } from '../../parts/copy.ts';
import { Answered, Empty } from '../../parts/states.tsx';
import { chartsCsv } from './export-csv.ts';
import { openSearchQuery } from './opensearch-query.ts';
import { otherTime } from './other-time.ts';
import { Picker } from './picker.tsx';
import { type Other, SeriesChart } from './series-chart.tsx';
import { StatTable } from './stat-table.tsx';

/** The numbers of newest samples whose series are listed: at first few, which takes a tenth of the time; all for what a person looks for. */
const samplesFirst = 1_000;
const samplesMax = 10_000;
/** The most names that a search of the server answers. */
const namesMax = 500;
/** Milliseconds without a key after which a text is searched for. */
const pauseMs = 300;
/** The most series that are shown at once. */
const pickedMax = 12;
/** The number of points of a chart. */
const pointsMax = 1_000;

interface SeriesList {
  readonly series: readonly string[];
  /** The number of all that were found, of which these are the first. */
  readonly count: number;
}

/** The view of any series against any time. */
export function ExploreView(): JSX.Element {
  const [find, setFind] = useState(query.peek().get('find') ?? '');
  const q = useLater(find.trim());
  const of = { cluster: cluster.value };
  const first = useAnswer<SeriesList>('/api/series', { ...of, limit: samplesFirst }, { refresh: 'once' });
  const asked = q === '' ? null : '/api/series';
  const found = useAnswer<SeriesList>(asked, { ...of, q, limit: samplesMax, names: namesMax }, { refresh: 'once' });
  const picked = query.value.getAll('series');
  const pick = (text: string, isPicked: boolean): void => {
    const others = picked.filter((each) => each !== text);
    if (isPicked && others.length >= pickedMax) toast(`At most ${pickedMax} series are shown at once.`);
    else setQuery({ series: isPicked ? [...others, text] : others });
  };
  return (
    <div class="ex">
      <h2 class="sr">Series over time</h2>
      <Answered answer={first} what="The series">
        {(list) => (
          <Picker
            known={list.series}
            found={asked === null ? undefined : found}
            find={find}
            onFind={setFind}
            picked={picked}
            onPick={pick}
          />
        )}
      </Answered>
      <div class="exm">
        {picked.length === 0 ? (
          <Empty glyph="explore" title="No series is chosen">
            Choose one on the left, or press <kbd>/</kbd> to find one.{' '}
            {cluster.value !== '' && `Only those of ${cluster.value} are listed.`}
          </Empty>
        ) : (
          <Chosen picked={picked} onRemove={(text) => pick(text, false)} />
        )}
      </div>
    </div>
  );
}

/** Returns a text once it has not changed for a moment. */
function useLater(text: string): string {
  const [later, setLater] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setLater(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text]);
  return text === '' ? '' : later;
}

function Chosen({
  picked,
  onRemove,
}: {
  readonly picked: readonly string[];
  readonly onRemove: (text: string) => void;
}): JSX.Element {
  const { from, to } = range.value;
  useTableKey();
  const answer = useAnswer<Charts>('/api/charts', { series: picked, from, to, points: pointsMax, band: true });
  const other = useOther(picked, answer.data);
  return (
    <>
      <div class="extop">
        <div class="chips">
          {picked.map((text) => (
            <Chip key={text} text={text} onRemove={() => onRemove(text)} />
          ))}
        </div>
        <div class="exact">
          <Button onPress={() => void copyLink(answer.data)}>Copy link</Button>
          <Button
            kind="primary"
            isDisabled={answer.data === undefined}
            onPress={() => answer.data !== undefined && download('series.csv', chartsCsv(answer.data))}
          >
            Export CSV
          </Button>
        </div>
      </div>
      <Answered answer={answer} what="The charts">
        {(data) => <Shown data={inOrder(data, picked)} other={other} />}
      </Answered>
    </>
  );
}

/** Returns charts in the order in which a person chose them; the address has them in alphabetical order. */
function inOrder(data: Charts, picked: readonly string[]): Charts {
  return { ...data, charts: data.charts.toSorted((a, b) => picked.indexOf(a.series) - picked.indexOf(b.series)) };
}

function Chip({ text, onRemove }: { readonly text: string; readonly onRemove: () => void }): JSX.Element {
  const parts = partsOf(text);
  return (
    <span class="chip" title={text}>
      <bdi>
        {parts.entity.name}, {measureTitle(parts)}
      </bdi>
      <button type="button" aria-label={`Remove ${text}`} onClick={onRemove}>
        ×
      </button>
    </span>
  );
}

/** Reads the same series at the time that they are compared with. */
function useOther(picked: readonly string[], data: Charts | undefined): Other | undefined {
  const other = otherTime(compare.value);
  // Whole minutes, so that a range that moves is not read again with each sample.
  const at = (ms: number): number => Math.floor((ms - (other?.distanceMs ?? 0)) / 60_000) * 60_000;
  const isAsked = other !== undefined && data !== undefined;
  const answer = useAnswer<Charts>(
    isAsked ? '/api/charts' : null,
    isAsked ? { series: picked, from: at(data.fromMs), to: at(data.toMs) + 60_000, points: pointsMax } : {},
    { refresh: 'once' },
  );
  return other === undefined ? undefined : { ...other, charts: answer.data };
}

function Shown({ data, other }: { readonly data: Charts; readonly other: Other | undefined }): JSX.Element {
  const columns = data.charts.map((chart) => ({
    title: seriesTitle(chart),
    line: lineOfSeries(data, chart),
    unit: unitOfSeries(chart),
  }));
  return (
    <>
      {isTabular.value ? (
        <ValuesTable columns={columns} />
      ) : (
        data.charts.map((chart, nth) => (
          <SeriesChart key={chart.series} data={data} chart={chart} other={other} height={nth === 0 ? 300 : 170} />
        ))
      )}
      <StatTable data={data} other={other} />
      <details class="osq">
        <summary>The same in OpenSearch</summary>
        <p class="dim">
          {data.source === 'samples'
            ? 'Counters are stored as they were shipped, as totals; the chart shows their rates.'
            : `The chart is drawn from ${data.source}.`}
        </p>
        {data.charts.map((chart) => (
          <Code key={chart.series} text={openSearchQuery(chart, data)} />
        ))}
      </details>
    </>
  );
}

/** Copies the address with fixed times, so that it shows the same to others. */
async function copyLink(data: Charts | undefined): Promise<void> {
  const address = new URL(location.href);
  if (data !== undefined) {
    address.searchParams.set('from', String(data.fromMs));
    address.searchParams.set('to', String(data.toMs));
  }
  await copyText(address.href);
  toast('The link is copied, with fixed times.');
}
