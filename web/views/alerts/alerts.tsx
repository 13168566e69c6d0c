import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { usePages } from '../../alerts/pages.ts';
import { acknowledgedIn } from '../../alerts/trace-words.ts';
import type { Alert, Alerts } from '../../api/alert-types.ts';
import { useAnswer } from '../../api/answer.ts';
import type { AlertStatus, Severity } from '../../api/types.ts';
import { alertTitle } from '../../format/alert-title.ts';
import { durationText } from '../../format/duration.ts';
import { alertHref } from '../../format/links.ts';
import { bothZonesText, momentText } from '../../format/moment.ts';
import { query, setQuery } from '../../frame/address.ts';
import { now } from '../../frame/clock.ts';
import { cluster, zone } from '../../frame/where.ts';
import { Button, Choice } from '../../parts/button.tsx';
import { Glyph, severityWord } from '../../parts/glyph.tsx';
import { Section } from '../../parts/section.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { seriesText } from '../alert/series-text.ts';
import './alerts.css';
import '../../parts/parts-table.css';

const limit = 100;

/** Milliseconds without a key after which a text is searched for. */
const pauseMs = 300;

type Filter = '' | AlertStatus;

/** All alerts, the newest first, found by status, severity and text. */
export function AlertsView(): JSX.Element {
  const text = query.value.get('q') ?? '';
  const status = (query.value.get('status') ?? '') as Filter;
  const severity = (query.value.get('severity') ?? '') as '' | Severity;
  const asked = { status, severity, q: text, cluster: cluster.value, limit };
  const answer = useAnswer<Alerts>('/api/alerts', asked);
  return (
    <>
      <Sentence
        glyph="alerts"
        tone="dim"
        isSmall
        say="Every alert, the newest first."
        sub="Open ones are on Now, worst first. This list also has those that are over, and those that nobody was told of."
        meaning="All alerts."
      />
      <Section
        title="Alerts"
        note={<Counted answer={answer.data} />}
        end={<Filters status={status} severity={severity} />}
      >
        <FindField text={text} />
        <Answered answer={answer} what="The alerts">
          {(data) => <AlertTable key={JSON.stringify(asked)} first={data} asked={asked} />}
        </Answered>
      </Section>
    </>
  );
}

function Counted({ answer }: { readonly answer: Alerts | undefined }): JSX.Element {
  return <>{answer === undefined ? '' : `${answer.alerts.length}${answer.next === undefined ? '' : ' or more'}`}</>;
}

function Filters({ status, severity }: { readonly status: Filter; readonly severity: '' | Severity }): JSX.Element {
  return (
    <span class="filters">
      <Choice
        label="Status"
        value={status}
        onChoose={(value) => setQuery({ status: value === '' ? undefined : value })}
        options={[
          { value: '', text: 'All' },
          { value: 'open', text: 'Open' },
          { value: 'acknowledged', text: 'Acknowledged' },
          { value: 'resolved', text: 'Resolved' },
        ]}
      />
      <Choice
        label="Severity"
        value={severity}
        onChoose={(value) => setQuery({ severity: value === '' ? undefined : value })}
        options={[
          { value: '', text: 'All' },
          { value: 'critical', text: 'Critical' },
          { value: 'warning', text: 'Warning' },
          { value: 'info', text: 'Notice' },
        ]}
      />
    </span>
  );
}

function FindField({ text }: { readonly text: string }): JSX.Element {
  const [written, setWritten] = useState(text);
  const sent = useRef(text);
  useEffect(() => {
    // A link of the side bar takes the text away, and the browser's own buttons bring another one.
    if (text === sent.current) return;
    sent.current = text;
    setWritten(text);
  }, [text]);
  useEffect(() => {
    const timer = window.setTimeout(() => {
      if (written === sent.current) return;
      sent.current = written;
      setQuery({ q: written === '' ? undefined : written });
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [written]);
  return (
    <input
      class="inp alertfind"
      type="search"
      data-find
      aria-label="Find in alerts"
      placeholder="Find a machine, measure or word"
      value={written}
      onInput={(event) => setWritten(event.currentTarget.value)}
    />
  );
}

function AlertTable({
  first,
  asked,
}: {
  readonly first: Alerts;
  readonly asked: Readonly<Record<string, string | number>>;
}): JSX.Element {
  const { alerts: rows, hasMore, isReading, readMore } = usePages(first, asked);
  if (rows.length === 0) {
    return (
      <Empty title="No alert matches">
        {Object.values(asked).some((value) => value !== '' && value !== limit)
          ? 'Take a filter away to see more.'
          : 'None has opened yet.'}
      </Empty>
    );
  }
  return (
    <>
      <Table label="Alerts" class="parts alertlist" columns={columns} rows={rows} rowKey={({ id }) => id} />
      {first.note !== undefined && <p class="hint">{first.note}</p>}
      {hasMore && (
        <p class="padt">
          <Button busy={isReading ? 'Reading' : undefined} onPress={readMore}>
            Show more
          </Button>
        </p>
      )}
    </>
  );
}

const severityRank: Readonly<Record<Severity, number>> = { critical: 3, warning: 2, info: 1 };

const titleOf = (alert: Alert): string => {
  const first = alert.suspects[0];
  return alertTitle({ ...alert, ...(first !== undefined && { cause: { series: seriesText(first.series) } }) });
};

const endOf = ({ endsAtMs, status, updatedAtMs }: Alert): number =>
  status === 'resolved' ? (endsAtMs ?? updatedAtMs) : now.value;

const columns: readonly Column<Alert>[] = [
  {
    key: 'title',
    title: 'Alert',
    sortBy: ({ severity }) => severityRank[severity],
    isNumber: false,
    cell: (alert) => (
      <>
        <span class="st">
          <Glyph name={alert.severity} tone={alert.status === 'resolved' ? 'faint' : undefined} />
          <a class="rowlink" href={alertHref(alert.id)}>
            <span class="sr">{`${severityWord(alert.severity)}: `}</span>
            <bdi>{titleOf(alert)}</bdi>
          </a>
        </span>
      </>
    ),
  },
  {
    key: 'cluster',
    title: 'Cluster',
    sortBy: ({ entity }) => entity.cluster,
    cell: ({ entity }) => <bdi>{entity.cluster}</bdi>,
  },
  {
    key: 'start',
    title: 'Began',
    sortBy: ({ startsAtMs }) => startsAtMs,
    cell: ({ startsAtMs }) => (
      <time dateTime={new Date(startsAtMs).toISOString()} title={bothZonesText(startsAtMs)}>
        {momentText(startsAtMs, zone.value, now.value)}
      </time>
    ),
  },
  {
    key: 'length',
    title: 'Lasted',
    isNumber: true,
    sortBy: (alert) => endOf(alert) - alert.startsAtMs,
    cell: (alert) => durationText(endOf(alert) - alert.startsAtMs),
  },
  { key: 'status', title: 'Status', sortBy: ({ status }) => status, cell: (alert) => <StatusCell alert={alert} /> },
];

function StatusCell({ alert }: { readonly alert: Alert }): JSX.Element {
  const taken = acknowledgedIn(alert.trace);
  const by = taken === undefined ? '' : `acknowledged by ${taken.by}`;
  if (alert.status === 'resolved') return <bdi class="dim">{by === '' ? 'resolved' : `resolved, ${by}`}</bdi>;
  return alert.status === 'open' ? <b>open</b> : <bdi>{by || 'acknowledged'}</bdi>;
}
