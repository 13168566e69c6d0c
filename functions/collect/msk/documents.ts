import type { ComponentStatus } from '../../shared/domain/component-status.ts';
import type { ManagedBroker, ManagedKafkaSnapshot } from '../../shared/ports/managed-kafka.ts';
import { type CollectionContext, type MetricDocument, metricDocument } from '../metric-document.ts';
import { clusterStatus, isUp } from './status.ts';

/** The fields of `msk.cluster`. Of one that was not read there is only its status. */
export interface MskClusterFields extends ComponentStatus {
  /** A flag: the cluster serves, as MSK reports it. It is absent if that is unknown. */
  readonly up?: boolean;
  /** A flag: this collection read the cluster. */
  readonly collected: boolean;
  readonly arn?: string;
  readonly kind?: ManagedKafkaSnapshot['kind'];
  /** The state in MSK's word. */
  readonly state?: string;
  readonly version?: string;
  readonly instance_type?: string;
  readonly storage_mode?: string;
  readonly brokers?: { readonly count: number; readonly wanted?: number };
  /** The disks of all brokers together, bytes. */
  readonly storage?: { readonly bytes: number };
  readonly unread_parts?: number;
}

/** The fields of `msk.broker`. */
export interface MskBrokerFields {
  readonly id: number;
  /** The address by which a collection of the brokers themselves knows it: `b-1.example:9096`. */
  readonly address?: string;
  readonly ip?: string;
  readonly subnet?: string;
  readonly instance_type?: string;
  readonly version?: string;
  /** A flag: MSK lists the broker. */
  readonly listed: true;
  readonly storage?: { readonly bytes: number };
}

/** A document for topic `beats`, in the shape of Metricbeat. */
export interface MskDocument extends MetricDocument<'msk'> {
  readonly msk: { readonly cluster?: MskClusterFields; readonly broker?: MskBrokerFields };
}

/** Returns the documents of a snapshot: one of the cluster, then one for each broker. @param port of the addresses of brokers */
export function documentsOf(snapshot: ManagedKafkaSnapshot, context: CollectionContext, port?: number): MskDocument[] {
  return [
    { ...metricDocument('msk', 'cluster', context), msk: { cluster: clusterFields(snapshot) } },
    ...snapshot.brokers.map((broker) => ({
      ...metricDocument('msk', 'broker', context),
      msk: { broker: brokerFields(broker, snapshot, port ?? snapshot.port) },
    })),
  ];
}

/** Returns the one document of a collection that failed: the status of the cluster in words. */
export const failureDocument = (status: ComponentStatus, context: CollectionContext): MskDocument => ({
  ...metricDocument('msk', 'cluster', context),
  msk: { cluster: { ...status, ...(status.status === 'down' ? { up: false } : {}), collected: false } },
});

function clusterFields(snapshot: ManagedKafkaSnapshot): MskClusterFields {
  const { arn, kind, state, version, instanceType, storageMode, volumeBytes, brokersWanted, brokers, unread } =
    snapshot;
  const up = isUp(state);
  return {
    ...clusterStatus(snapshot),
    ...(up === undefined ? {} : { up }),
    collected: true,
    arn,
    kind,
    ...(state === '' ? {} : { state }),
    ...(version === undefined ? {} : { version }),
    ...(instanceType === undefined ? {} : { instance_type: instanceType }),
    ...(storageMode === undefined ? {} : { storage_mode: storageMode }),
    ...(kind === 'serverless' || unread.length > 0
      ? {}
      : { brokers: { count: brokers.length, ...(brokersWanted === undefined ? {} : { wanted: brokersWanted }) } }),
    ...(volumeBytes === undefined || brokersWanted === undefined
      ? {}
      : { storage: { bytes: volumeBytes * brokersWanted } }),
    unread_parts: unread.length,
  };
}

function brokerFields(broker: ManagedBroker, { volumeBytes }: ManagedKafkaSnapshot, port?: number): MskBrokerFields {
  const { id, hosts, ip, subnet, instanceType, version } = broker;
  const [host] = hosts;
  return {
    id,
    ...(host === undefined || port === undefined ? {} : { address: `${host}:${port}` }),
    ...(ip === undefined ? {} : { ip }),
    ...(subnet === undefined ? {} : { subnet }),
    ...(instanceType === undefined ? {} : { instance_type: instanceType }),
    ...(version === undefined ? {} : { version }),
    listed: true,
    ...(volumeBytes === undefined ? {} : { storage: { bytes: volumeBytes } }),
  };
}
