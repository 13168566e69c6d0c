import type { ComponentStatus } from '../component-status.ts';
import { diskFields, failureFields, type MooseFsFields, masterFields, serverFields, sessionFields } from './fields.ts';
import { mountsMax, mountsOf } from './mounts.ts';
import type { StorageSnapshot } from './snapshot.ts';
import { masterStatus } from './status.ts';

/** The facts that all documents of a collection have in common. */
export interface CollectionContext {
  /** The address of the master as the target names it: `10.77.0.10:9421`. */
  readonly master: string;
  /** The host that the documents are shipped under. It is the key of their records, which keeps their order. */
  readonly hostName: string;
  /** The time at which the collection began, ms since 1970. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** The time between two collections, ms; absent for one that was asked for by hand. */
  readonly periodMs?: number;
}

/** A document for topic `beats`, in the shape of Metricbeat. */
export interface StorageDocument {
  readonly '@timestamp': string;
  readonly agent: { readonly type: 'offbeat'; readonly name: 'collect' };
  readonly ecs: { readonly version: string };
  /** The duration is in ns, as in all documents of Beats. */
  readonly event: { readonly dataset: string; readonly module: 'moosefs'; readonly duration: number };
  readonly host: { readonly name: string };
  readonly metricset: { readonly name: string; readonly period?: number };
  readonly service: { readonly type: 'moosefs'; readonly address: string };
  readonly moosefs: MooseFsFields;
}

/**
 * Returns the documents of a snapshot: one of the master, then one for each chunkserver in the order of the master, one for each disk,
 * and one for each mount of a client.
 */
export function documentsOf(snapshot: StorageSnapshot, context: CollectionContext): StorageDocument[] {
  const { servers, disks, sessions } = snapshot;
  const { master, startedAtMs } = context;
  const mounts = mountsOf(sessions ?? []);
  const status = masterStatus(snapshot, startedAtMs / 1_000);
  const of = (name: keyof MooseFsFields, address: string, fields: MooseFsFields): StorageDocument =>
    documentOf(name, address, fields, context);
  const byAddress = Map.groupBy(servers, addressOf);
  return [
    of('master', master, {
      master: masterFields(snapshot, status, {
        mounts: sessions === undefined ? undefined : mounts.length,
        atMs: startedAtMs,
      }),
    }),
    ...servers.map((server, nth) => {
      const isRepeated = byAddress.get(addressOf(server))!.length > 1;
      return of('chunkserver', master, { chunkserver: serverFields(server, { nth, isRepeated }) });
    }),
    ...disks.map((each) => of('disk', addressOf(each), { disk: diskFields(each) })),
    ...mounts.slice(0, mountsMax).map((mount) => of('session', master, { session: sessionFields(mount) })),
  ];
}

const addressOf = ({ ip, port }: { readonly ip: string; readonly port: number }): string => `${ip}:${port}`;

/** Returns the one document of a collection that failed: the status of the master in words. */
export const failureDocument = (status: ComponentStatus, context: CollectionContext): StorageDocument =>
  documentOf('master', context.master, { master: failureFields(status) }, context);

function documentOf(
  name: keyof MooseFsFields,
  address: string,
  moosefs: MooseFsFields,
  { hostName, startedAtMs, durationMs, periodMs }: CollectionContext,
): StorageDocument {
  return {
    '@timestamp': new Date(startedAtMs).toISOString(),
    agent: { type: 'offbeat', name: 'collect' },
    ecs: { version: '8.0.0' },
    event: { dataset: `moosefs.${name}`, module: 'moosefs', duration: Math.round(durationMs * 1e6) },
    host: { name: hostName },
    metricset: { name, ...(periodMs === undefined ? {} : { period: periodMs }) },
    service: { type: 'moosefs', address },
    moosefs,
  };
}
