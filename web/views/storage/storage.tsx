import '../../parts/foot-note.css';
import './storage.css';
import type { JSX } from 'preact';
import { useAnswer } from '../../api/answer.ts';
import type { Inventory, InventoryItem } from '../../api/inventory-types.ts';
import { useNewestAlerts } from '../../charts/alert-lane.ts';
import { durationText } from '../../format/duration.ts';
import { momentText } from '../../format/moment.ts';
import { capitalised } from '../../format/words.ts';
import { query, setQuery } from '../../frame/address.ts';
import { download } from '../../frame/download.ts';
import { shownSpan } from '../../frame/present.ts';
import { nowOf, presentItems, replayOf } from '../../frame/replay.ts';
import { cluster, zone } from '../../frame/where.ts';
import { Button, Choice } from '../../parts/button.tsx';
import { Section } from '../../parts/section.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { pastTroubles } from '../machines/past-trouble.ts';
import { csvName, serversCsv } from './export-servers.ts';
import { historyHours } from './forecast.ts';
import type { Told } from './sentence.ts';
import { ServerTable } from './server-table.tsx';
import { type Server, serverOf, totalsOf } from './servers.ts';
import { Situation } from './situation.tsx';
import { StorageVitals } from './storage-vitals.tsx';
import { stateOf, worstServersFirst } from './trouble.ts';
import { seriesMax, useForecasts } from './use-forecasts.ts';

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
        const storages = storagesOf(presentItems(inventory), masters.data?.inventory ?? []);
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

/** Returns the storages of chunkservers by their masters: live ones before those of replays, and those in trouble first. */
function storagesOf(items: readonly InventoryItem[], masters: readonly InventoryItem[]): Storage[] {
  const byMaster = Map.groupBy(items, masterOf);
  const storages = [...byMaster].map(([name, own]): Storage => {
    const master = masters.find((item) => masterOf(item) === name);
    return { name, cluster: own[0]!.entity.cluster, master, servers: own.map(serverOf) };
  });
  const faults = ({ servers }: Storage): number => servers.filter(({ status }) => status !== 'ok').length;
  const replayed = (storage: Storage): number => (replayOf(storage.cluster) === undefined ? 0 : 1);
  return storages.sort((a, b) => replayed(a) - replayed(b) || faults(b) - faults(a));
}

function One({ storage, storages }: { readonly storage: Storage; readonly storages: readonly Storage[] }): JSX.Element {
  const { servers, master } = storage;
  const forecasts = useForecasts(servers);
  const totals = totalsOf(servers);
  const { past, gap } = usePast(servers);
  const shown = worstServersFirst(servers, forecasts, past);
  const isTrouble = past.size > 0 || servers.some((server) => stateOf(server).glyph !== 'ok');
  const told = { past, span: spanText(), gap, at: { zone: zone.value, nowMs: nowOf(servers[0]!) } };
  return (
    <>
      {storages.length > 1 && <StorageChoice storage={storage} storages={storages} />}
      <Situation servers={servers} totals={totals} forecasts={forecasts} told={told} />
      <StorageVitals servers={servers} totals={totals} forecasts={forecasts} master={master} />
      <Section
        title="Chunkservers"
        note={`${connectedText(servers)}, worst first; a dot is a server, the line is the average`}
        end={
          <Button onPress={() => download(csvName(storage.name, shown), serversCsv(shown, forecasts))}>
            Export CSV
          </Button>
        }
      >
        <ServerTable
          cluster={storage.cluster}
          servers={shown}
          past={past}
          totals={totals}
          forecasts={forecasts}
          isTrouble={isTrouble}
        />
        <p class="foot-note nb">
          Worst first: what is not ok or nearly full, then what had an alert in the range, then what is full within 30
          days, then the fuller ones. The axis of the dots shows only the part where servers are, if all are within 40
          points of each other. Days until full: free space by the growth of that server over 30 days. It says “not
          growing” below 0.1 GiB a day, and “no forecast” with less than {historyHours} hours of data
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

/** Returns the alerts that servers had in the range that is shown, by the paths of the servers, and the clause about those not known. */
function usePast(servers: readonly Server[]): Required<Pick<Told, 'past' | 'gap'>> {
  const { alerts, gap } = useNewestAlerts();
  const past = pastTroubles(
    alerts,
    servers.map(({ path }) => path),
    shownSpan.value,
  );
  return { past, gap };
}

const spanText = (): string => durationText(shownSpan.value.toMs - shownSpan.value.fromMs);

/** Returns how many servers are connected; of servers of which nothing is heard, when one was seen last. */
function connectedText(servers: readonly Server[]): string {
  if (servers.some(({ status }) => status !== 'unknown')) {
    const connected = servers.filter(({ status }) => status === 'ok' || status === 'degraded').length;
    return `${connected} of ${servers.length} connected`;
  }
  const newestMs = Math.max(...servers.map(({ seenMs }) => seenMs));
  return `last seen ${momentText(newestMs, zone.value, nowOf(servers[0]!))}`;
}
