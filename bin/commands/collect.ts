import { Command, Option } from 'commander';
import { flagNames, type LoginOptions } from '../../functions/collect/check-login.ts';
import { hostNameOf } from '../../functions/collect/collector.ts';
import { collectKafka } from '../../functions/collect/kafka/collect-kafka.ts';
import { parseKafkaTarget } from '../../functions/collect/kafka/target.ts';
import { kafkaLogin, refuseAccountLogin, refuseLogin, searchLogin } from '../../functions/collect/login.ts';
import { collectMsk } from '../../functions/collect/msk/collect-msk.ts';
import { parseMskTarget } from '../../functions/collect/msk/target.ts';
import { expectedAddress, kindOf } from '../../functions/collect/parse-target.ts';
import { collectSearch } from '../../functions/collect/search/collect-search.ts';
import { parseSearchTarget } from '../../functions/collect/search/target.ts';
import { collectStorage } from '../../functions/collect/storage/collect-storage.ts';
import { parseStorageTarget, withNetworks } from '../../functions/collect/storage/target.ts';
import { kafkaCluster } from '../../functions/shared/adapters/kafka/cluster.ts';
import { connectControlPlane } from '../../functions/shared/adapters/msk/connect.ts';
import { searchCluster } from '../../functions/shared/adapters/opensearch/cluster.ts';
import { packetNetwork } from '../../functions/shared/adapters/packets/connection.ts';
import { embeddedSecrets } from '../../functions/shared/adapters/secrets/embedded.ts';
import { saslNames } from '../../functions/shared/domain/collect-settings.ts';
import type { ComponentStatus } from '../../functions/shared/domain/component-status.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { FailedError } from '../../local/failed-error.ts';
import { kafkaLines } from '../kafka-lines.ts';
import { mskLines } from '../msk-lines.ts';
import { withExamples } from '../options.ts';
import { searchLines } from '../search-lines.ts';
import { storageLines } from '../storage-lines.ts';
import type { Line } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface CollectFlags extends LoginOptions {
  readonly network?: readonly string[];
  readonly json?: boolean;
}

export function collectCommand(terminal: Terminal): Command {
  const command = new Command('collect')
    .description(
      'Ask a storage (MooseFS, LizardFS), Kafka, OpenSearch or MSK once, and print its status and its parts.',
    )
    .argument(
      '<target>',
      'moosefs://HOST[:9421], kafka://[USER@]HOST[:9092], https://[USER@]HOST:9200, http://… or msk://NAME or ARN',
    )
    .option('--network <cidr...>', 'networks in which chunkservers are asked for their disks; default: private ones')
    .option('--password <reference>', 'password of the user in the address: env:NAME or file:PATH, never itself')
    .addOption(new Option('--sasl <mechanism>', 'log-in of Kafka; default: scram-sha-512').choices(saslNames))
    .option('--tls', 'encrypt the connections to Kafka')
    .option('--ca <file>', 'certificates of your own authority, PEM; encrypts')
    .option('--json', 'print one JSON object: { "documents": [...] }, as they would be appended to topic beats')
    .action((target: string, flags: CollectFlags) => collect(target, flags, terminal));
  return withExamples(
    command,
    'npx offbeat collect moosefs://mfsmaster',
    'npx offbeat collect kafka://10.77.0.20:9092',
    'npx offbeat collect kafka://monitor@broker-1:9094 --password file:kafka-password --ca ca.pem',
    'npx offbeat collect https://monitor@10.77.0.30:9200 --password env:SEARCH_PASSWORD',
    "npx offbeat collect 'msk://offbeat?region=eu-central-1'",
    'npx offbeat collect moosefs://10.77.0.10:9421 --network 10.77.0.0/16 --json',
  );
}

/** Collects a target and prints it. @throws {FailedError} after it is printed, if it is down or unknown */
async function collect(text: string, flags: CollectFlags, terminal: Terminal): Promise<void> {
  if (kindOf(text) === 'queues')
    throw new UsageError(
      'aws://queues are collected by their deployment alone; npx offbeat series shows what it found',
    );
  const collector = collectors.find(({ scheme }) => scheme.test(text));
  if (collector === undefined) throw new UsageError(expectedAddress);
  if (collector !== storage && flags.network !== undefined)
    throw new UsageError('--network names the networks of the chunkservers of a storage; leave it out here');
  const { documents, lines, status, what } = await collector.collect(text, flags);
  if (flags.json) terminal.printJson({ documents }, 2);
  else for (const line of lines()) terminal.print(...line);
  if (status.status === 'down' || status.status === 'unknown')
    throw new FailedError(`the ${what} is ${status.status}: ${status.reason}`);
}

/** The findings of a collection. */
interface Collected {
  readonly documents: readonly object[];
  /** Returns the lines that show it to a person. */
  readonly lines: () => readonly Line[];
  readonly status: ComponentStatus;
  /** The target in a word. */
  readonly what: string;
}

interface Collector {
  readonly scheme: RegExp;
  readonly collect: (text: string, flags: CollectFlags) => Promise<Collected>;
}

const loginDeps = { secrets: embeddedSecrets(process.env), names: flagNames };

const storage: Collector = {
  scheme: /^moosefs:/i,
  collect: async (text, { network, ...login }) => {
    refuseLogin(login, flagNames);
    const target = withNetworks(parseStorageTarget(text), network);
    const hostName = hostNameOf(target.host);
    const documents = await collectStorage(target, { network: packetNetwork, clock: systemClock, hostName });
    const status = documents[0]!.moosefs.master!;
    return { documents, lines: () => storageLines(documents), status, what: 'storage' };
  },
};

const kafka: Collector = {
  scheme: /^kafka:/i,
  collect: async (text, flags) => {
    const target = parseKafkaTarget(text);
    const cluster = kafkaCluster({ brokers: [target.address], ...(await kafkaLogin(target, flags, loginDeps)) });
    const hostName = hostNameOf(target.host);
    const { documents } = await collectKafka(target, { cluster, clock: systemClock, hostName });
    const status = documents[0]!.kafka.cluster!;
    return { documents, lines: () => kafkaLines(documents), status, what: 'cluster' };
  },
};

const search: Collector = {
  scheme: /^https?:/i,
  collect: async (text, flags) => {
    const target = parseSearchTarget(text);
    const cluster = searchCluster(target.url, await searchLogin(target, flags, loginDeps));
    const hostName = hostNameOf(target.host);
    const documents = await collectSearch(target, { cluster, clock: systemClock, hostName });
    const status = documents[0]!.elasticsearch.cluster!;
    return { documents, lines: () => searchLines(documents), status, what: 'cluster' };
  },
};

const msk: Collector = {
  scheme: /^msk:/i,
  collect: async (text, { network: _ofStorages, ...login }) => {
    refuseAccountLogin(login, flagNames);
    const target = parseMskTarget(text);
    const connected = connectControlPlane(process.env, target.region);
    const documents = await collectMsk(target, { ...connected, clock: systemClock });
    const status = documents[0]!.msk.cluster!;
    return { documents, lines: () => mskLines(documents), status, what: 'cluster' };
  },
};

const collectors: readonly Collector[] = [storage, kafka, search, msk];
