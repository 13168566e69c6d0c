import '../../parts/foot-note.css';
import './storage.css';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { useAnswer } from '../../api/answer.ts';
import type { Charts } from '../../api/data-types.ts';
import type { Inventory, InventoryItem } from '../../api/inventory-types.ts';
import { capitalised } from '../../format/words.ts';
import { query, setQuery } from '../../frame/address.ts';
import { download } from '../../frame/download.ts';
import { cluster } from '../../frame/where.ts';
import { Button, Choice } from '../../parts/button.tsx';
import { Section } from '../../parts/section.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { serversCsv } from './export-servers.ts';
import { type Forecast, forecastOf, growths, historyHours } from './forecast.ts';
import { ServerTable } from './server-table.tsx';
import { type Server, serverOf, totalsOf } from './servers.ts';
import { Situation } from './situation.tsx';
import { StorageVitals } from './storage-vitals.tsx';
import { stateOf, worstServersFirst } from './trouble.ts';

/** The time over which growth is fitted, and the number of points. */
const growthFrom = '-30d';
const growthPoints = 120;
/** The most series that the API draws at once: the fullest servers have a forecast. */
const seriesMax = 50;
const itemsMax = 5_000;

/** A storage with the servers of its master. */
interface Storage {
  readonly name: string;
  readonly cluster: string;
  readonly master: InventoryItem | undefined;
  readonly servers: readonly Server[];
}

/** The view of storages: which server, how full, until when, how uneven? */
export function StorageView(): JSX.Element {
  const servers = useAnswer<Inventory>('/api/inventory', {
    kind: 'chunkserver',
    cluster: cluster.value,
    limit: itemsMax,
  });
  const masters = useAnswer<Inventory>('/api/inventory', { kind: 'storage', cluster: cluster.value });
  return (
    <Answered answer={servers} what="The storage">
      {({ inventory, note }) => {
        const storages = storagesOf(inventory, masters.data?.inventory ?? []);
        const chosen = storages.find(({ name }) => name === query.value.get('storage')) ?? storages[0];
        if (chosen === undefined) {
          return (
            <Empty glyph="unknown" title="No chunkserver is watched">
              Name the master of a MooseFS or LizardFS among the targets of the settings.
            </Empty>
          );
        }
        return (
          <>
            <One key={chosen.name} storage={chosen} storages={storages} />
            {note !== undefined && <p class="foot-note">{capitalised(note)}.</p>}
          </>
        );
      }}
    </Answered>
  );
}

const masterOf = ({ facts, entity }: InventoryItem): string =>
  `${entity.cluster}: ${facts?.['service.address'] ?? entity.name}`;

/** Returns the storages of chunkservers by their masters, those in trouble first. */
function storagesOf(items: readonly InventoryItem[], masters: readonly InventoryItem[]): Storage[] {
  const byMaster = Map.groupBy(items, masterOf);
  const storages = [...byMaster].map(([name, own]): Storage => {
    const master = masters.find((item) => masterOf(item) === name);
    return { name, cluster: own[0]!.entity.cluster, master, servers: own.map(serverOf) };
  });
  const faults = ({ servers }: Storage): number => servers.filter(({ status }) => status !== 'ok').length;
  return storages.sort((a, b) => faults(b) - faults(a));
}

function One({ storage, storages }: { readonly storage: Storage; readonly storages: readonly Storage[] }): JSX.Element {
  const { servers, master } = storage;
  const forecasts = useForecasts(servers);
  const totals = totalsOf(servers);
  const shown = worstServersFirst(servers, forecasts);
  const isTrouble = servers.some((server) => stateOf(server).glyph !== 'ok');
  const connected = servers.filter(({ status }) => status !== 'down').length;
  return (
    <>
      {storages.length > 1 && <StorageChoice storage={storage} storages={storages} />}
      <Situation servers={servers} totals={totals} forecasts={forecasts} />
      <StorageVitals servers={servers} totals={totals} forecasts={forecasts} master={master} />
      <Section
        title="Chunkservers"
        note={`${connected} of ${servers.length} connected, worst first; a dot is a server, the line is the average`}
        end={
          <Button
            class="hide-m"
            onPress={() =>
              download(`chunkservers ${storage.name.replace(/[^\w.-]+/g, ' ')}.csv`, serversCsv(shown, forecasts))
            }
          >
            Export CSV
          </Button>
        }
      >
        <ServerTable
          cluster={storage.cluster}
          servers={shown}
          totals={totals}
          forecasts={forecasts}
          isTrouble={isTrouble}
        />
        <p class="foot-note nb">
          Worst first: what is not ok or nearly full, then what is full within 30 days, then the fuller ones. The axis
          of the dots shows only the part where servers are, if all are within 40 points of each other. Days until full:
          free space by the growth of that server over 30 days. It says “not growing” below 0.1 GiB a day, and “no
          forecast” with less than {historyHours} hours of data
          {servers.length > seriesMax ? ` or for all but the ${seriesMax} fullest` : ''}.
        </p>
      </Section>
    </>
  );
}

function StorageChoice({
  storage,
  storages,
}: {
  readonly storage: Storage;
  readonly storages: readonly Storage[];
}): JSX.Element {
  return (
    <p class="padt2">
      <Choice
        label="Storage"
        options={storages.map(({ name }) => ({ value: name, text: name }))}
        value={storage.name}
        onChoose={(name) => setQuery({ storage: name })}
      />
    </p>
  );
}

function useForecasts(servers: readonly Server[]): ReadonlyMap<string, Forecast> {
  const fullest = servers.toSorted((a, b) => (b.share ?? 0) - (a.share ?? 0)).slice(0, seriesMax);
  const names = fullest.map(({ usedSeries }) => usedSeries).sort();
  const { data, problem } = useAnswer<Charts>(
    names.length === 0 ? null : '/api/charts',
    { series: names, from: growthFrom, to: 'now', points: growthPoints },
    { refresh: 'once' },
  );
  return useMemo(() => {
    if (data === undefined && problem === undefined) return new Map();
    const growing = growths(data);
    return new Map(servers.map((server) => [server.key, forecastOf(growing.get(server.usedSeries), server)]));
  }, [data, problem, servers]);
}
