import { csvRow } from '../../../functions/shared/domain/csv.ts';
import type { Forecast } from './forecast.ts';
import type { Server } from './servers.ts';
import { stateOf } from './trouble.ts';

const columns: readonly (readonly [
  name: string,
  cell: (server: Server, forecast: Forecast | undefined) => string | number | undefined,
])[] = [
  ['time', ({ seenMs }) => new Date(seenMs).toISOString()],
  ['cluster', ({ cluster }) => cluster],
  ['server', ({ name }) => name],
  ['server_id', ({ masterId }) => masterId],
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

/**
 * Returns the name of a file of servers, made of what tells it from other ones, without spaces.
 * @example
 * csvName('prod: m:9421', servers); // => 'chunkservers-prod-m-9421-2026-11-23T15-32-50Z.csv'
 */
export function csvName(storage: string, servers: readonly Server[]): string {
  const newestMs = Math.max(0, ...servers.map(({ seenMs }) => seenMs));
  const time = new Date(newestMs).toISOString().replace(/\.\d+/, '');
  return `chunkservers-${`${storage}-${time}`.replace(/[^\w.-]+/g, '-')}.csv`;
}
