import type { ComponentStatus } from '../../shared/domain/component-status.ts';
import { type CollectionContext, type MetricDocument, metricDocument } from '../metric-document.ts';
import { diskFields, failureFields, type MooseFsFields, masterFields, serverFields, sessionFields } from './fields.ts';
import { mountsMax, mountsOf } from './mounts.ts';
import type { StorageSnapshot } from './snapshot.ts';
import { masterStatus } from './status.ts';

/** A document for topic `beats`, in the shape of Metricbeat. */
export interface StorageDocument extends MetricDocument<'moosefs'> {
  readonly moosefs: MooseFsFields;
}

/**
 * Returns the documents of a snapshot: one of the master, then one for each chunkserver in the order of the master, one for each disk,
 * and one for each mount of a client.
 */
export function documentsOf(snapshot: StorageSnapshot, context: CollectionContext): StorageDocument[] {
  const { servers, disks, sessions } = snapshot;
  const { address: master, startedAtMs } = context;
  const mounts = mountsOf(sessions ?? []);
  const status = masterStatus(snapshot, startedAtMs / 1_000);
  const of = (name: keyof MooseFsFields, address: string, fields: MooseFsFields): StorageDocument =>
    documentOf(name, address, fields, context);
  const byAddress = Map.groupBy(servers, addressOf);
  const disksOf = Map.groupBy(disks, addressOf);
  return [
    of('master', master, {
      master: masterFields(snapshot, status, {
        mounts: sessions === undefined ? undefined : mounts.length,
        atMs: startedAtMs,
      }),
    }),
    ...servers.map((server, nth) => {
      const isRepeated = byAddress.get(addressOf(server))!.length > 1;
      const own = (disksOf.get(addressOf(server)) ?? []).map(({ disk }) => disk);
      return of('chunkserver', master, { chunkserver: serverFields(server, { nth, isRepeated, disks: own }) });
    }),
    ...disks.map((each) => of('disk', addressOf(each), { disk: diskFields(each) })),
    ...mounts.slice(0, mountsMax).map((mount) => of('session', master, { session: sessionFields(mount) })),
  ];
}

const addressOf = ({ ip, port }: { readonly ip: string; readonly port: number }): string => `${ip}:${port}`;

/** Returns the one document of a collection that failed: the status of the master in words. */
export const failureDocument = (status: ComponentStatus, context: CollectionContext): StorageDocument =>
  documentOf('master', context.address, { master: failureFields(status) }, context);

const documentOf = (
  name: keyof MooseFsFields,
  address: string,
  moosefs: MooseFsFields,
  context: CollectionContext,
): StorageDocument => ({ ...metricDocument('moosefs', name, { ...context, address }), moosefs });
