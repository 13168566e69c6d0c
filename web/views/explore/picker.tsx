import '../../parts/field.css';
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Anomaly } from '../../api/alert-types.ts';
import { type Answer, useAnswer } from '../../api/answer.ts';
import type { Charts } from '../../api/data-types.ts';
import { lineOfSeries, unitOfSeries } from '../../charts/lines.ts';
import { Spark } from '../../charts/spark.tsx';
import { kindTitle, measureTitle } from '../../format/names.ts';
import { cluster, range } from '../../frame/where.ts';
import { Button } from '../../parts/button.tsx';
import { matching, oddestFirst, type Pickable } from './order.ts';

interface PickerProps {
  /** The series of the newest samples. */
  readonly known: readonly string[];
  /** The series that the server finds among all for the text; absent while there is none. */
  readonly found: Answer<{ readonly series: readonly string[]; readonly count: number }> | undefined;
  /** The text that a person looks for. */
  readonly find: string;
  readonly onFind: (text: string) => void;
  readonly picked: readonly string[];
  readonly onPick: (text: string, isPicked: boolean) => void;
}

/** The number of series that are listed, each with its small chart. */
const listedMax = 14;
const sparkPoints = 60;
const anomaliesMax = 500;

/** Finds series by words of their names, the oddest first. */
export function Picker({ known, found: answer, find, onFind, picked, onPick }: PickerProps): JSX.Element {
  const [more, setMore] = useState(0);
  const anomalies = useAnswer<{ readonly anomalies: readonly Anomaly[] }>(
    '/api/anomalies',
    { cluster: cluster.value, limit: anomaliesMax },
    { refresh: 'once' },
  );
  // Until the server has found all, what is known is looked through.
  const texts = answer?.data?.series ?? known;
  const all = useMemo(() => oddestFirst(texts, anomalies.data?.anomalies ?? []), [texts, anomalies.data]);
  const found = matching(all, find, cluster.value);
  const isComplete = answer?.data !== undefined;
  const groups = useMemo(() => oddestFirst(known, []), [known]);
  const listed = found.slice(0, listedMax + more);
  const { from, to } = range.value;
  const sparks = useAnswer<Charts>(
    listed.length === 0 ? null : '/api/charts',
    { series: listed.slice(0, 50).map(({ text }) => text), from, to, points: sparkPoints },
    { refresh: 'once' },
  );
  return (
    <aside class="pick" aria-label="Series">
      <label class="sr" for="findseries">
        Find a series
      </label>
      <input
        id="findseries"
        class="inp"
        data-find
        placeholder="Machine, measure or label"
        autocomplete="off"
        spellcheck={false}
        value={find}
        onInput={(event) => onFind(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onFind('');
        }}
      />
      <p class="cnt" aria-live="polite">
        {isComplete
          ? `${answer.data.count.toLocaleString('en')} series found${answer.data.count > texts.length ? `, of which ${texts.length} are listed` : ''}`
          : `${found.length.toLocaleString('en')} series of the newest samples`}
        , oddest first
      </p>
      {answer?.problem !== undefined && <p class="hint">{answer.problem.message}</p>}
      <ul>
        {listed.map((each) => (
          <Row
            key={each.text}
            series={each}
            charts={sparks.data}
            isPicked={picked.includes(each.text)}
            onPick={onPick}
          />
        ))}
      </ul>
      {found.length > listed.length && (
        <Button kind="quiet" onPress={() => setMore(more + listedMax)}>
          Show more
        </Button>
      )}
      <Groups all={groups} onChoose={(kind) => onFind(`/${kind}/`)} />
    </aside>
  );
}

interface RowProps extends Pick<PickerProps, 'onPick'> {
  readonly series: Pickable;
  readonly charts: Charts | undefined;
  readonly isPicked: boolean;
}

function Row({ series, charts, isPicked, onPick }: RowProps): JSX.Element {
  const chart = charts?.charts.find((each) => each.series === series.text);
  const title = measureTitle(series.parts);
  return (
    <li>
      <label title={series.text}>
        <input
          type="checkbox"
          checked={isPicked}
          onChange={(event) => onPick(series.text, event.currentTarget.checked)}
        />
        <span>
          <b>
            <bdi>{title}</bdi>
          </b>
          <em>
            <bdi>{series.parts.entity.name}</bdi>
          </em>
        </span>
      </label>
      {charts !== undefined && chart !== undefined && (
        <Spark label={title} line={lineOfSeries(charts, chart)} unit={unitOfSeries(chart)} range={charts} height={22} />
      )}
    </li>
  );
}

function Groups({
  all,
  onChoose,
}: {
  readonly all: readonly Pickable[];
  readonly onChoose: (kind: string) => void;
}): JSX.Element {
  const kinds = Map.groupBy(all, ({ parts }) => parts.entity.kind);
  return (
    <>
      <h2>Groups</h2>
      <ul class="grp">
        {[...kinds].map(([kind, own]) => (
          <li key={kind}>
            <button type="button" onClick={() => onChoose(kind)}>
              {kindTitle(kind)}
              <span>{new Set(own.map(({ parts }) => `${parts.entity.cluster}/${parts.entity.name}`)).size}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
