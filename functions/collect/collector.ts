import { hostname } from 'node:os';
import { kafkaCluster } from '../shared/adapters/kafka/cluster.ts';
import { searchCluster } from '../shared/adapters/opensearch/cluster.ts';
import { packetNetwork } from '../shared/adapters/packets/connection.ts';
import { type CollectSettings, timeoutMsOf } from '../shared/domain/collect-settings.ts';
import { UsageError } from '../shared/domain/errors.ts';
import type { Ports } from '../shared/ports/index.ts';
import { keyNames } from './check-login.ts';
import { type Collector, collected } from './collected.ts';
import type { KafkaBefore } from './kafka/before.ts';
import { collectKafka } from './kafka/collect-kafka.ts';
import type { KafkaTarget } from './kafka/target.ts';
import { kafkaLogin, type LoginDeps, searchLogin } from './login.ts';
import { isOfAccount, nameOf, targetOf } from './parse-target.ts';
import { collectSearch } from './search/collect-search.ts';
import type { SearchTarget } from './search/target.ts';
import { collectStorage } from './storage/collect-storage.ts';
import { isLoopback, type StorageTarget, withNetworks } from './storage/target.ts';

export type CollectorPorts = Pick<Ports, 'clock' | 'secrets'>;

interface Context {
  readonly settings: CollectSettings;
  readonly ports: CollectorPorts;
}
type Collect = Collector['collect'];

/**
 * Returns the collector of a target that is asked over a network. It keeps what a collection is compared with, so that one target has
 * one collector.
 * @throws {UsageError} for a target that is no address, or one about which AWS is asked (`account-collector.ts`)
 */
export function openCollector(settings: CollectSettings, ports: CollectorPorts): Collector {
  const parsed = targetOf(settings.target);
  if (isOfAccount(parsed)) throw new UsageError(`${nameOf(parsed)}: AWS is asked by a function outside the VPC`);
  const context = { settings, ports };
  const common = { name: nameOf(parsed), periodMs: settings.period };
  if (parsed.kind === 'storage') return { ...common, collect: storageOf(parsed.target, context) };
  if (parsed.kind === 'kafka') return { ...common, collect: kafkaOf(parsed.target, context) };
  return { ...common, collect: searchOf(parsed.target, context) };
}

function storageOf(parsed: StorageTarget, context: Context): Collect {
  const target = { ...withNetworks(parsed, context.settings.networks), totalMs: timeoutMsOf(context.settings) };
  return async (signal) => {
    const documents = await collectStorage(target, { ...depsOf(target, context), network: packetNetwork, signal });
    return collected(documents, documents[0]!.moosefs.master!);
  };
}

function kafkaOf(parsed: KafkaTarget, context: Context): Collect {
  const target = { ...parsed, totalMs: timeoutMsOf(context.settings) };
  let before: KafkaBefore | undefined;
  return async (signal) => {
    const login = await kafkaLogin(target, context.settings, loginDepsOf(context));
    const cluster = kafkaCluster({ brokers: [target.address], ...login });
    const deps = { ...depsOf(target, context), cluster, signal, ...(before && { before }) };
    const { documents, snapshot } = await collectKafka(target, deps);
    // What was not appended is compared with again, and so is what a collection without an answer did not tell.
    const onDelivered = (): void => {
      before = snapshot ?? before;
    };
    return { ...collected(documents, documents[0]!.kafka.cluster!), onDelivered };
  };
}

function searchOf(parsed: SearchTarget, context: Context): Collect {
  const target = { ...parsed, totalMs: timeoutMsOf(context.settings) };
  return async (signal) => {
    const login = await searchLogin(target, context.settings, loginDepsOf(context));
    const cluster = searchCluster(target.url, login);
    const documents = await collectSearch(target, { ...depsOf(target, context), cluster, signal });
    return collected(documents, documents[0]!.elasticsearch.cluster!);
  };
}

const depsOf = ({ host }: { readonly host: string }, { settings, ports }: Context) => ({
  clock: ports.clock,
  hostName: hostNameOf(host),
  periodMs: settings.period,
});

const loginDepsOf = ({ ports }: Context): LoginDeps => ({ secrets: ports.secrets, names: keyNames });

/** Returns the host that documents are shipped under: that of the address, or this one. */
export const hostNameOf = (host: string): string => (isLoopback(host) ? hostname() : host);
