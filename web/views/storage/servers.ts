import { iecInteger } from '../../../functions/shared/domain/iec.ts';
import { quotedName } from '../../../functions/shared/domain/quoted-name.ts';
import type { InventoryItem } from '../../api/inventory-types.ts';
import type { StatusWord } from '../../api/types.ts';
import { quantityText } from '../../format/quantity.ts';

/** A chunkserver as its master reports it. A number is absent where the master knows none. */
export interface Server {
  readonly key: string;
  readonly name: string;
  /** The id, where several servers of the storage have one name. */
  readonly serverId: string | undefined;
  /** The id that the master gave it. */
  readonly masterId: string | undefined;
  readonly cluster: string;
  /** The path of its entity, which alerts name. */
  readonly path: string;
  readonly version: string | undefined;
  readonly errors: number | undefined;
  readonly chunks: number | undefined;
  readonly totalBytes: number | undefined;
  readonly usedBytes: number | undefined;
  /** The used part of the space, in [0, 1]. */
  readonly share: number | undefined;
  readonly status: StatusWord;
  readonly reason: string | undefined;
  readonly sinceMs: number;
  /** The time of its newest document, ms. */
  readonly seenMs: number;
  /** A flag: it is that of a replay, whose present is its end. */
  readonly isReplay: boolean;
  /** The text of the series of its used space. */
  readonly usedSeries: string;
}

const metric = 'moosefs.chunkserver';
const usedMetric = `${metric}.space.used.bytes`;

/** Returns a chunkserver of the inventory. */
export function serverOf({
  entity,
  dimensions,
  measurements,
  facts,
  status,
  reason,
  sinceMs,
  seenMs,
  scope,
}: InventoryItem): Server {
  const numberOf = (name: string): number | undefined => measurements[`${metric}.${name}`];
  const [totalBytes, usedBytes] = [numberOf('space.total.bytes'), numberOf('space.used.bytes')];
  const names = Object.entries(dimensions).map(([name, value]) => `${name}=${quotedName(value, /[,{}]/)}`);
  const place = names.length === 0 ? '' : `{${names.sort().join(',')}}`;
  const path = `${entity.cluster}/${entity.kind}/${quotedName(entity.name, /["{}]/)}`;
  return {
    key: `${path}${place}`,
    name: entity.name,
    serverId: dimensions.server_id,
    masterId: dimensions.server_id ?? facts?.[`${metric}.id`],
    cluster: entity.cluster,
    path: `${entity.cluster}/${entity.kind}/${entity.name}`,
    version: facts?.[`${metric}.version`],
    errors: numberOf('errors'),
    chunks: numberOf('chunks'),
    totalBytes,
    usedBytes,
    share: totalBytes === undefined || usedBytes === undefined || totalBytes === 0 ? undefined : usedBytes / totalBytes,
    status,
    reason,
    sinceMs,
    seenMs,
    isReplay: scope !== undefined,
    usedSeries: `${path} ${usedMetric}${place}`,
  };
}

/** Returns a used share as every part of the view writes it. @param share in [0, 1] @example shareText(0.0549); // => '5.5 %' */
export const shareText = (share: number): string => `${(share * 100).toFixed(1)}\u00a0%`;

/** The columns that the master's own monitor has; its sizes have one decimal more, so that shares can be computed from them. */
export const reportColumns = ['server', 'version', 'errors', 'chunks', 'total_space', 'used_space'] as const;

const unknown = '-';

/** Returns the cells of {@link reportColumns} for a server. @example reportCells(server); // => ['50:9513', '3.10.4', '0', '12 K', '3 TiB', '1 TiB'] */
export function reportCells({ name, version, errors, chunks, totalBytes, usedBytes }: Server): string[] {
  return [
    name,
    version ?? unknown,
    errors?.toLocaleString('en') ?? unknown,
    chunks === undefined ? unknown : iecInteger(chunks),
    totalBytes === undefined ? unknown : quantityText(totalBytes, 'B'),
    usedBytes === undefined ? unknown : quantityText(usedBytes, 'B'),
  ];
}

/** The sums over all servers of a storage. */
export interface Totals {
  readonly usedBytes: number;
  readonly totalBytes: number;
  readonly chunks: number;
  readonly errors: number;
  /** The used part of the space; `undefined` where no server has space. */
  readonly share: number | undefined;
  /** The mean of the shares of the servers. */
  readonly meanShare: number | undefined;
  readonly meanUsedBytes: number | undefined;
  /** The distance of the fullest from the emptiest server, as a part of the mean. */
  readonly imbalance: number | undefined;
}

/** Returns the sums over servers. */
export function totalsOf(servers: readonly Server[]): Totals {
  const sum = (pick: (server: Server) => number | undefined): number =>
    servers.reduce((all, server) => all + (pick(server) ?? 0), 0);
  const shares = servers.flatMap(({ share }) => share ?? []);
  const [usedBytes, totalBytes] = [sum((server) => server.usedBytes), sum((server) => server.totalBytes)];
  const meanShare = shares.length === 0 ? undefined : shares.reduce((all, share) => all + share, 0) / shares.length;
  return {
    usedBytes,
    totalBytes,
    chunks: sum(({ chunks }) => chunks),
    errors: sum(({ errors }) => errors),
    share: totalBytes === 0 ? undefined : usedBytes / totalBytes,
    meanShare,
    meanUsedBytes: shares.length === 0 ? undefined : usedBytes / shares.length,
    imbalance:
      meanShare === undefined || meanShare === 0 ? undefined : (Math.max(...shares) - Math.min(...shares)) / meanShare,
  };
}

/** Returns the version of most servers; `undefined` where none is known. */
export function usualVersion(servers: readonly Server[]): string | undefined {
  const counts = Map.groupBy(
    servers.flatMap(({ version }) => version ?? []),
    (version) => version,
  );
  return [...counts].sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

/** Returns the names that several servers have. */
export function repeatedNames(servers: readonly Server[]): ReadonlySet<string> {
  const byName = Map.groupBy(servers, ({ name }) => name);
  return new Set([...byName].filter(([, all]) => all.length > 1).map(([name]) => name));
}
