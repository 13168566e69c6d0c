import { csvRow } from '../../../functions/shared/domain/csv.ts';
import type { Forecast } from './forecast.ts';
import type { Server } from './servers.ts';
import { stateOf } from './trouble.ts';

const columns: readonly (readonly [
  name: string,
  cell: (server: Server, forecast: Forecast | undefined) => string | number | undefined,
])[] = [
  ['server', ({ name }) => name],
  ['server_id', ({ serverId }) => serverId],
  ['version', ({ version }) => version],
  ['errors', ({ errors }) => errors],
  ['chunks', ({ chunks }) => chunks],
  ['total_bytes', ({ totalBytes }) => totalBytes],
  ['used_bytes', ({ usedBytes }) => usedBytes],
  ['used_share', ({ share }) => share?.toFixed(4)],
  ['status', (server) => stateOf(server).word],
  ['days_until_full', (_, forecast) => (forecast?.type === 'full' ? forecast.days.toFixed(1) : undefined)],
];

/** Returns servers as CSV (RFC 4180) in the order in which they are shown. Numbers are plain, without units or separators. */
export function serversCsv(servers: readonly Server[], forecasts: ReadonlyMap<string, Forecast>): string {
  const rows = servers.map((server) =>
    csvRow(columns.map(([, cell]) => cell(server, forecasts.get(server.key)) ?? '')),
  );
  return `${[csvRow(columns.map(([name]) => name)), ...rows].join('\r\n')}\r\n`;
}
