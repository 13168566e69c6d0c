import '../../charts/chart.css';
import '../../parts/foot-note.css';
import '../../parts/parts-table.css';
import './cluster.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useAnswer } from '../../api/answer.ts';
import type { ClusterStates, Inventory } from '../../api/inventory-types.ts';
import type { ClusterStatus, StatusWord } from '../../api/types.ts';
import { gapText, glyphBeside } from '../../charts/alert-gap.ts';
import { useNewestAlerts } from '../../charts/alert-lane.ts';
import { durationText } from '../../format/duration.ts';
import { alertHref, machineHref } from '../../format/links.ts';
import { bothZonesText } from '../../format/moment.ts';
import { capitalised, listed } from '../../format/words.ts';
import { query, setQuery } from '../../frame/address.ts';
import { presentOnlyText, shownSpan } from '../../frame/present.ts';
import { nowOf, presentItems, replayOf } from '../../frame/replay.ts';
import { cluster, zone } from '../../frame/where.ts';
import { Button, Choice } from '../../parts/button.tsx';
import { glyphOf, toneOf } from '../../parts/glyph.tsx';
import { Section } from '../../parts/section.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Status } from '../../parts/tag.tsx';
import { type PastTrouble, pastTroubles, pastTroublesClause, pastTroubleText } from '../machines/past-trouble.ts';
import { ClusterMap } from './cluster-map.tsx';
import {
  type ClusterComponent,
  clusterNames,
  componentsOf,
  lineOf,
  type Past,
  pastOf,
  pathOf,
  worstComponentsFirst,
  worstStatus,
} from './components.ts';
import { tiersOf } from './graph.ts';

const itemsMax = 5_000;

/** The view of what belongs together: what depends on what is broken? */
export function ClusterView(): JSX.Element {
  const inventory = useAnswer<Inventory>('/api/inventory', { cluster: cluster.value, limit: itemsMax });
  const status = useAnswer<ClusterStates>('/api/status', { cluster: cluster.value });
  return (
    <Answered answer={inventory} what="The components">
      {({ inventory: items, note }) => {
        const byCluster = Map.groupBy(componentsOf(presentItems(items)), ({ entity }) => entity.cluster);
        const names = clusterNames(byCluster, (each) => replayOf(each) !== undefined);
        const name = names.find((each) => each === query.value.get('of')) ?? names[0];
        if (name === undefined) {
          return (
            <Empty glyph="unknown" title="No component is watched">
              Components are storages, Kafka, OpenSearch and what belongs to them. Machines are on their own view.
            </Empty>
          );
        }
        return (
          <>
            {names.length > 1 && (
              <p class="padt2">
                <Choice
                  label="Cluster"
                  options={names.map((each) => ({ value: each, text: each }))}
                  value={name}
                  onChoose={(of) => setQuery({ of })}
                />
              </p>
            )}
            <One
              key={name}
              components={byCluster.get(name)!}
              status={status.data?.clusters.find((each) => each.cluster === name)}
            />
            {note !== undefined && <p class="foot-note">{capitalised(note)}.</p>}
          </>
        );
      }}
    </Answered>
  );
}

interface OneProps {
  readonly components: readonly ClusterComponent[];
  readonly status: ClusterStatus | undefined;
}

function One({ components, status }: OneProps): JSX.Element {
  const { alerts, gap } = useNewestAlerts();
  const past = pastTroubles(
    alerts,
    components.map(({ entity }) => pathOf(entity)),
    shownSpan.value,
  );
  const key = (
    <span class="hide-m">
      <span class="key">
        <i class="ghostline" />
        normal
      </span>{' '}
      <span class="key">
        <i class="lostline" />
        lost
      </span>
    </span>
  );
  return (
    <>
      <Situation components={components} status={status} past={past} gap={gap} />
      <Section title="Map" note="an edge points from who needs to who is needed" end={key}>
        <ClusterMap tiers={tiersOf(components)} />
      </Section>
      <Components components={components} past={past} />
    </>
  );
}

const statusWords: readonly StatusWord[] = ['down', 'degraded', 'unknown', 'ok'];

interface SituationProps extends OneProps {
  readonly past: Past;
  /** The clause about alerts that are not known; empty where all are. */
  readonly gap: string;
}

function Situation({ components, status, past, gap }: SituationProps): JSX.Element {
  const counts = statusWords.map((word) => [components.filter((each) => each.status === word).length, word] as const);
  const shown = counts.filter(([count]) => count > 0);
  const worst = worstStatus(components);
  const texts = shown.map(([count, word], nth) =>
    nth === 0
      ? `${count} of ${components.length} components ${count === 1 ? 'is' : 'are'} ${word}`
      : `${count} ${count === 1 ? 'is' : 'are'} ${word}`,
  );
  const [{ entity, items }] = components as [ClusterComponent];
  const nowMs = nowOf({ cluster: entity.cluster, isReplay: items[0]?.scope !== undefined });
  const { fromMs, toMs } = shownSpan.value;
  const clause = pastTroublesClause(namedPast(components, past), durationText(toMs - fromMs), {
    zone: zone.value,
    nowMs,
  });
  const isOver = items[0]?.scope === undefined && replayOf(entity.cluster) !== undefined;
  const named = worstComponentsFirst(components).filter((each) => each.status === 'down' || each.status === 'degraded');
  const reason =
    (isOver ? components[0]!.reason : status?.reason) ??
    named
      .slice(0, 3)
      .map((each) => `${each.title}: ${lineOf(each)}`)
      .join('; ');
  return (
    <Sentence
      isSmall
      glyph={worst === 'ok' && clause !== '' ? 'warning' : glyphBeside(glyphOf(worst), gap)}
      meaning={worst === 'ok' ? 'All components are ok' : `The worst component is ${worst}`}
      say={<bdi>{`${worst === 'ok' ? `All ${components.length} components are ok` : listed(texts)}${clause}.`}</bdi>}
      sub={
        <bdi>{`${gapText(gap)}${presentOnlyText()}Cluster ${entity.cluster}. ${reason === '' ? '' : `${capitalised(reason)}.`}`}</bdi>
      }
    />
  );
}

/** Returns the titles of components that had alerts in the range and are not down, each with these alerts, the worst first. */
function namedPast(components: readonly ClusterComponent[], past: Past): (readonly [string, PastTrouble])[] {
  return worstComponentsFirst(components, past).flatMap((component) => {
    const trouble = pastOf(component, past);
    return trouble === undefined || component.status === 'down' ? [] : [[component.title, trouble] as const];
  });
}

/** The number of components that are ok and shown at first. */
const okMax = 12;
const fewRows = 6;

function Components({ components, past }: Omit<OneProps, 'status'> & { readonly past: Past }): JSX.Element {
  const [isAll, setAll] = useState(false);
  const sorted = worstComponentsFirst(components, past);
  const faulty = components.filter((each) => each.status !== 'ok' || pastOf(each, past) !== undefined).length;
  // A button for a few rows would take as much room as they do.
  const rows = isAll || sorted.length <= faulty + okMax + fewRows ? sorted : sorted.slice(0, faulty + okMax);
  const hidden = sorted.length - rows.length;
  return (
    <Section
      title="Components"
      note={`${components.length}, worst first`}
      end={
        hidden > 0 ? (
          <Button kind="quiet" onPress={() => setAll(true)}>
            {hidden} more, all ok
          </Button>
        ) : undefined
      }
    >
      <Table label="Components" class="parts comps" columns={columnsOf(past)} rows={rows} rowKey={({ key }) => key} />
    </Section>
  );
}

function Reason({
  component,
  past,
}: {
  readonly component: ClusterComponent;
  readonly past: PastTrouble | undefined;
}): JSX.Element {
  const { entity, items } = component;
  const nowMs = nowOf({ cluster: entity.cluster, isReplay: items[0]?.scope !== undefined });
  return (
    <>
      <bdi>{capitalised(lineOf(component))}</bdi>
      {past !== undefined && (
        <>
          ; <a href={alertHref(past.alertId)}>{pastTroubleText(past, { zone: zone.value, nowMs })}</a>
        </>
      )}
    </>
  );
}

const columnsOf = (past: Past): readonly Column<ClusterComponent>[] => [
  {
    key: 'component',
    title: 'Component',
    class: 'w-comp',
    sortBy: ({ title }) => title,
    cell: ({ title, entity }) => (
      <a class="rowlink" href={machineHref(entity)}>
        <b>
          <bdi>{title}</bdi>
        </b>
      </a>
    ),
  },
  { key: 'address', title: 'Address', class: 'dim w-addr', cell: ({ address }) => <bdi>{address}</bdi> },
  {
    key: 'status',
    title: 'Status',
    class: 'w-status2',
    cell: ({ status }) => (
      <Status glyph={glyphOf(status)} tone={toneOf(status)}>
        {status}
      </Status>
    ),
  },
  {
    key: 'reason',
    title: 'Reason',
    cell: (component) => <Reason component={component} past={pastOf(component, past)} />,
  },
  {
    key: 'version',
    title: 'Version',
    class: 'dim w-vers',
    sortBy: ({ version }) => version ?? null,
    cell: ({ version }) => version,
  },
  {
    key: 'for',
    title: 'For',
    isNumber: true,
    class: 'dim w-for',
    sortBy: ({ sinceMs }) => -sinceMs,
    cell: ({ sinceMs, entity, items }) => (
      <span title={bothZonesText(sinceMs)}>
        {durationText(nowOf({ cluster: entity.cluster, isReplay: items[0]?.scope !== undefined }) - sinceMs)}
      </span>
    ),
  },
];
