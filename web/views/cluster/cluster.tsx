import '../../charts/chart.css';
import '../../parts/foot-note.css';
import '../../parts/parts-table.css';
import './cluster.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useAnswer } from '../../api/answer.ts';
import type { ClusterStates, Inventory } from '../../api/inventory-types.ts';
import type { ClusterStatus, StatusWord } from '../../api/types.ts';
import { durationText } from '../../format/duration.ts';
import { machineHref } from '../../format/links.ts';
import { bothZonesText } from '../../format/moment.ts';
import { capitalised, listed } from '../../format/words.ts';
import { query, setQuery } from '../../frame/address.ts';
import { nowOf } from '../../frame/replay.ts';
import { cluster } from '../../frame/where.ts';
import { Button, Choice } from '../../parts/button.tsx';
import { glyphOf, toneOf } from '../../parts/glyph.tsx';
import { Section } from '../../parts/section.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Status } from '../../parts/tag.tsx';
import { ClusterMap } from './cluster-map.tsx';
import { type ClusterComponent, componentsOf, lineOf, worstComponentsFirst, worstStatus } from './components.ts';
import { tiersOf } from './graph.ts';

const itemsMax = 5_000;

/** The view of what belongs together: what depends on what is broken? */
export function ClusterView(): JSX.Element {
  const inventory = useAnswer<Inventory>('/api/inventory', { cluster: cluster.value, limit: itemsMax });
  const status = useAnswer<ClusterStates>('/api/status', { cluster: cluster.value });
  return (
    <Answered answer={inventory} what="The components">
      {({ inventory: items, note }) => {
        const byCluster = Map.groupBy(componentsOf(items), ({ entity }) => entity.cluster);
        const names = [...byCluster.keys()].sort((a, b) => faults(byCluster.get(b)!) - faults(byCluster.get(a)!));
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

const faults = (components: readonly ClusterComponent[]): number =>
  components.filter(({ status }) => status !== 'ok').length;

interface OneProps {
  readonly components: readonly ClusterComponent[];
  readonly status: ClusterStatus | undefined;
}

function One({ components, status }: OneProps): JSX.Element {
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
      <Situation components={components} status={status} />
      <Section title="Map" note="an edge points from who needs to who is needed" end={key}>
        <ClusterMap tiers={tiersOf(components)} />
      </Section>
      <Components components={components} />
    </>
  );
}

const statusWords: readonly StatusWord[] = ['down', 'degraded', 'unknown', 'ok'];

function Situation({ components, status }: OneProps): JSX.Element {
  const counts = statusWords.map((word) => [components.filter((each) => each.status === word).length, word] as const);
  const shown = counts.filter(([count]) => count > 0);
  const worst = worstStatus(components);
  const texts = shown.map(([count, word], nth) =>
    nth === 0
      ? `${count} of ${components.length} components ${count === 1 ? 'is' : 'are'} ${word}`
      : `${count} ${count === 1 ? 'is' : 'are'} ${word}`,
  );
  const named = worstComponentsFirst(components).filter((each) => each.status === 'down' || each.status === 'degraded');
  const reason =
    status?.reason ??
    named
      .slice(0, 3)
      .map((each) => `${each.title}: ${lineOf(each)}`)
      .join('; ');
  return (
    <Sentence
      isSmall
      glyph={glyphOf(worst)}
      meaning={worst === 'ok' ? 'All components are ok' : `The worst component is ${worst}`}
      say={worst === 'ok' ? `All ${components.length} components are ok.` : `${listed(texts)}.`}
      sub={reason === '' ? undefined : <bdi>{capitalised(reason)}.</bdi>}
    />
  );
}

/** The number of components that are ok and shown at first. */
const okMax = 12;
const fewRows = 6;

function Components({ components }: Pick<OneProps, 'components'>): JSX.Element {
  const [isAll, setAll] = useState(false);
  const sorted = worstComponentsFirst(components);
  const faulty = faults(components);
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
      <Table label="Components" class="parts comps" columns={columns} rows={rows} rowKey={({ key }) => key} />
    </Section>
  );
}

const columns: readonly Column<ClusterComponent>[] = [
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
  { key: 'reason', title: 'Reason', cell: (component) => <bdi>{capitalised(lineOf(component))}</bdi> },
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
