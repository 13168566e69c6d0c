import { UsageError } from '../../shared/domain/errors.ts';
import { shown } from '../../shared/domain/shown.ts';
import type { KafkaSnapshotLimits } from '../../shared/ports/kafka-cluster.ts';
import { refusePassword, usernameOf } from '../username.ts';

/** A Kafka cluster that is collected, and the bounds of a collection. */
export interface KafkaTarget extends KafkaSnapshotLimits {
  /** A broker: `10.77.0.20:9092`. It names all others. */
  readonly address: string;
  /** The host of the address, without brackets. */
  readonly host: string;
  /** The user who logs in; absent where nobody does. */
  readonly username?: string;
}

export const kafkaTargetDefaults = {
  totalMs: 20_000,
  brokersMax: 250,
  partitionsMax: 100_000,
  groupsMax: 10_000,
  offsetsMax: 100_000,
  timesMax: 1_000,
} as const satisfies KafkaSnapshotLimits;

const brokerPort = 9092;
const expected = 'expected kafka://HOST, kafka://HOST:PORT or kafka://USER@HOST:PORT, such as kafka://broker-1:9092';

/**
 * Returns the target that an address names.
 * @throws {UsageError}
 * @example
 * parseKafkaTarget('kafka://10.77.0.20').address; // => '10.77.0.20:9092'
 */
export function parseKafkaTarget(text: string): KafkaTarget {
  const url = URL.parse(text);
  refusePassword(url);
  const host = url?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '';
  if (url?.protocol !== 'kafka:' || !/^[\w.:-]{1,253}$/.test(host) || url.port === '0')
    throw new UsageError(`${shown(text)} is no address of a broker; ${expected}`);
  const username = usernameOf(url);
  if ((url.pathname !== '' && url.pathname !== '/') || url.search !== '' || url.hash !== '')
    throw new UsageError(`an address of a broker ends with its port; ${expected}`);
  const port = url.port === '' ? brokerPort : Number(url.port);
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { ...kafkaTargetDefaults, host, address, ...(username === undefined ? {} : { username }) };
}
