import type { JSX } from 'preact';
import { iecInteger } from '../../../functions/shared/domain/iec.ts';
import { alertHref, machineHref } from '../../format/links.ts';
import { momentText } from '../../format/moment.ts';
import { quantityText } from '../../format/quantity.ts';
import { counted } from '../../format/words.ts';
import { nowOf } from '../../frame/replay.ts';
import { zone } from '../../frame/where.ts';
import type { StatusGlyph } from '../../parts/glyph.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Status } from '../../parts/tag.tsx';
import { type PastTrouble, pastTroubleText } from '../machines/past-trouble.ts';
import { dotAxis } from './dot-axis.ts';
import { Dot, DotHead, oddDistance } from './dot-plot.tsx';
import type { Forecast } from './forecast.ts';
import { repeatedNames, reportCells, type Server, shareText, type Totals, usualVersion } from './servers.ts';
import { daysText, stateOf } from './trouble.ts';

export interface ServerTableProps {
  readonly cluster: string;
  readonly servers: readonly Server[];
  readonly totals: Totals;
  readonly forecasts: ReadonlyMap<string, Forecast>;
  /** The alerts of servers in the range, by the paths of the servers. */
  readonly past: ReadonlyMap<string, PastTrouble>;
  /** A flag: some server is or was not ok, so that the table says why. */
  readonly isTrouble: boolean;
}

const unit = (text: string): JSX.Element => <span class="u">{text}</span>;

/** Shows the chunkservers with the columns of their master's own monitor, their shares as dots, and when each is full. */
export function ServerTable(props: ServerTableProps): JSX.Element {
  const { servers, totals, isTrouble } = props;
  return (
    <Table
      label="Chunkservers"
      class="cst cst2"
      columns={[
        ...reportColumns(props),
        ...(isTrouble ? [reasonColumn(props)] : []),
        ...shareColumns(props).filter(({ key }) => !isTrouble || key !== 'distance'),
      ]}
      rows={servers}
      rowKey={({ key }) => key}
      rowClass={({ status }) => (status === 'unknown' || status === 'down' ? 'stale-r' : undefined)}
      foot={<TotalsRow totals={totals} servers={servers} isTrouble={isTrouble} />}
    />
  );
}

function reportColumns({ cluster, servers }: ServerTableProps): Column<Server>[] {
  const repeated = repeatedNames(servers);
  const usual = usualVersion(servers);
  const cell = (nth: number) => (server: Server) => reportCells(server)[nth];
  return [
    {
      key: 'server',
      title: 'server',
      class: 'sv w-sv',
      sortBy: ({ name }) => name,
      cell: (server) => (
        <>
          <a class="rowlink" href={machineHref({ cluster, kind: 'chunkserver', name: server.name })}>
            <b>
              <bdi>{server.name}</bdi>
            </b>
          </a>
          {repeated.has(server.name) && (
            <span
              class="dup"
              title={`Several servers report this name; this one has the id ${server.serverId ?? 'unknown'}`}
            >
              {server.serverId === undefined ? 'reported twice' : `twice, id ${server.serverId}`}
            </span>
          )}
        </>
      ),
    },
    {
      key: 'version',
      title: 'version',
      class: 'vs w-vs',
      sortBy: ({ version }) => version ?? null,
      cell: (server) => (
        <span
          class={server.version !== usual && server.version !== undefined ? 'warn' : 'dim'}
          title={server.version !== usual ? `Most servers have ${usual}` : undefined}
        >
          {cell(1)(server)}
        </span>
      ),
    },
    {
      key: 'errors',
      title: 'errors',
      isNumber: true,
      class: 'er w-er',
      sortBy: ({ errors }) => errors ?? null,
      cell: (server) => <span class={(server.errors ?? 0) > 0 ? 'warn w500' : ''}>{cell(2)(server)}</span>,
    },
    {
      key: 'chunks',
      title: 'chunks',
      isNumber: true,
      class: 'ck w-ck',
      sortBy: ({ chunks }) => chunks ?? null,
      cell: cell(3),
    },
    {
      key: 'total',
      title: 'total_space',
      isNumber: true,
      class: 'to w-to',
      sortBy: ({ totalBytes }) => totalBytes ?? null,
      cell: cell(4),
    },
    {
      key: 'used',
      title: 'used_space',
      isNumber: true,
      class: 'us w-us',
      sortBy: ({ usedBytes }) => usedBytes ?? null,
      cell: (server) => <b>{cell(5)(server)}</b>,
    },
  ];
}

const reasonColumn = ({ past }: ServerTableProps): Column<Server> => ({
  key: 'why',
  title: 'status',
  class: 'wy w-wy',
  cell: (server) => <StateCell server={server} past={past.get(server.path)} />,
});

function StateCell({ server, past }: { readonly server: Server; readonly past: PastTrouble | undefined }): JSX.Element {
  const { glyph, word, reason, sinceMs } = stateOf(server);
  const nowMs = nowOf(server);
  const since = sinceMs === undefined ? '' : `${word} since ${momentText(sinceMs, zone.value, nowMs)}`;
  return (
    <>
      <Status glyph={glyph} tone={glyph === 'ok' ? 'dim' : tones[glyph]}>
        {word}
      </Status>
      {glyph !== 'ok' && (
        <div>
          <bdi>{[reason, since].filter(Boolean).join('; ')}</bdi>
        </div>
      )}
      {past !== undefined && (
        <div>
          <a href={alertHref(past.alertId)}>{pastTroubleText(past, { zone: zone.value, nowMs })}</a>
        </div>
      )}
    </>
  );
}

const tones: Readonly<Record<StatusGlyph, string>> = {
  critical: 'crit',
  down: 'crit',
  warning: 'warn',
  info: 'note-s',
  ok: 'dim',
  unknown: 'unk',
};

function shareColumns({ servers, totals, forecasts }: ServerTableProps): Column<Server>[] {
  const mean = totals.meanShare ?? 0;
  const axis = dotAxis(
    servers.flatMap(({ share }) => share ?? []),
    totals.meanShare,
  );
  const ofAverage = ({ share }: Server): number | null => (share === undefined || mean === 0 ? null : share / mean);
  return [
    {
      key: 'share',
      title: 'used',
      isNumber: true,
      class: 'pcn w-pc',
      sortBy: ({ share }) => share ?? null,
      cell: ({ share }) => (share === undefined ? '-' : shareText(share)),
    },
    {
      key: 'dots',
      title: (
        <>
          <span class="sr">share as a dot</span>
          <DotHead axis={axis} />
        </>
      ),
      class: 'dp',
      cell: ({ share }) => (share === undefined ? null : <Dot axis={axis} share={share} mean={mean} />),
    },
    {
      key: 'distance',
      title: 'of average',
      isNumber: true,
      class: 'df w-df',
      sortBy: ofAverage,
      cell: (server) => {
        const part = ofAverage(server);
        if (part === null) return '-';
        return (
          <span
            class={Math.abs(part - 1) >= oddDistance ? 'note-s' : 'dim'}
            title="Its used share as a part of the average share: 100 % is the average"
          >
            {Math.round(part * 100)} {unit('%')}
          </span>
        );
      },
    },
    {
      key: 'full',
      title: 'days until full',
      isNumber: true,
      class: 'fu w-dl',
      sortBy: ({ key }) => daysOf(forecasts.get(key)),
      cell: ({ key }) => <ForecastText forecast={forecasts.get(key)} />,
    },
  ];
}

/** Returns the days until a server is full; those that do not grow come after all others, and unknown ones last. */
function daysOf(forecast: Forecast | undefined): number | null {
  if (forecast === undefined || forecast.type === 'no forecast') return null;
  return forecast.type === 'full' ? forecast.days : Number.MAX_VALUE;
}

function ForecastText({ forecast }: { readonly forecast: Forecast | undefined }): JSX.Element {
  if (forecast === undefined) return <span class="faint">reading</span>;
  if (forecast.type !== 'full') return <span class="faint">{forecast.type}</span>;
  const tone = forecast.days < 7 ? 'crit' : forecast.days < 30 ? 'warn' : '';
  return <span class={tone}>{daysText(forecast.days)}</span>;
}

function TotalsRow({
  totals,
  servers,
  isTrouble,
}: Pick<ServerTableProps, 'totals' | 'servers' | 'isTrouble'>): JSX.Element {
  return (
    <tr>
      <td class="sv">
        <b>{counted(servers.length, 'server')}</b>
      </td>
      <td class="vs" />
      <td class="num er">{totals.errors.toLocaleString('en')}</td>
      <td class="num ck">{iecInteger(totals.chunks)}</td>
      <td class="num to">{quantityText(totals.totalBytes, 'B')}</td>
      <td class="num us">
        <b>{quantityText(totals.usedBytes, 'B')}</b>
      </td>
      {isTrouble && <td class="wy" />}
      <td class="num pcn">{totals.share === undefined ? '-' : shareText(totals.share)}</td>
      <td class="dp" />
      {!isTrouble && <td class="df" />}
      <td class="fu" />
    </tr>
  );
}
