import type { CollectSettings } from '../shared/domain/collect-settings.ts';
import { minuteMs } from '../shared/domain/durations.ts';
import { UsageError } from '../shared/domain/errors.ts';
import {
  accountFault,
  kafkaFault,
  keyNames,
  type LoginFault,
  type LoginOptions,
  searchFault,
  storageFault,
} from './check-login.ts';
import { type KafkaTarget, parseKafkaTarget } from './kafka/target.ts';
import { type MskTarget, parseMskTarget } from './msk/target.ts';
import { periodMs as queuesPeriodMs } from './queues/period.ts';
import { parseQueuesTarget, type QueuesTarget } from './queues/target.ts';
import { parseSearchTarget, type SearchTarget } from './search/target.ts';
import { parseStorageTarget, type StorageTarget, withNetworks } from './storage/target.ts';

/** A target that is asked over a network, by its kind. */
export type NetworkTarget =
  | { readonly kind: 'storage'; readonly target: StorageTarget }
  | { readonly kind: 'kafka'; readonly target: KafkaTarget }
  | { readonly kind: 'search'; readonly target: SearchTarget };
/** A target about which AWS is asked, with the credentials of the environment. */
export type AccountTarget =
  | { readonly kind: 'msk'; readonly target: MskTarget }
  | { readonly kind: 'queues'; readonly target: QueuesTarget };
/** A target by its kind. */
export type Target = NetworkTarget | AccountTarget;

/** Returns whether AWS is asked about a target, which a function does outside the VPC. */
export const isOfAccount = (target: Target): target is AccountTarget =>
  target.kind === 'msk' || target.kind === 'queues';

/** Returns the targets of the settings in a word: `account` if AWS is asked about one. */
export function targetsIn(settings: readonly CollectSettings[]): 'none' | 'any' | 'account' {
  if (settings.length === 0) return 'none';
  return settings.some(({ target }) => isOfAccount(targetOf(target))) ? 'account' : 'any';
}

/** The schemes of addresses. */
const schemes: Readonly<Record<Target['kind'], RegExp>> = {
  storage: /^moosefs:/i,
  kafka: /^kafka:/i,
  search: /^https?:/i,
  msk: /^msk:/i,
  queues: /^aws:/i,
};

/** Returns the kind of target that an address names by its scheme; `undefined` if it names none. */
export const kindOf = (text: string): Target['kind'] | undefined =>
  (Object.keys(schemes) as Target['kind'][]).find((kind) => schemes[kind].test(text));

/** Says which addresses are targets, without the text that is none: it may have a password. */
export const expectedAddress =
  'expected an address such as moosefs://mfsmaster, kafka://broker-1:9092, https://search-1:9200 or msk://offbeat';

/**
 * Returns the target that an address names.
 * @throws {UsageError}
 * @example
 * targetOf('kafka://10.77.0.20').kind; // => 'kafka'
 */
export function targetOf(text: string): Target {
  const kind = kindOf(text);
  if (kind === 'storage') return { kind, target: parseStorageTarget(text) };
  if (kind === 'kafka') return { kind, target: parseKafkaTarget(text) };
  if (kind === 'search') return { kind, target: parseSearchTarget(text) };
  if (kind === 'msk') return { kind, target: parseMskTarget(text) };
  if (kind === 'queues') return { kind, target: parseQueuesTarget(text) };
  throw new UsageError(expectedAddress);
}

/**
 * Returns a target as people name it, without its user: `kafka://10.77.0.20:9092`. Two settings with the same name are about the
 * same target.
 */
export function nameOf({ kind, target }: Target): string {
  if (kind === 'search') return target.url;
  if (kind === 'kafka') return `kafka://${target.address}`;
  if (kind === 'msk') return nameOfMsk(target);
  if (kind === 'queues') return target.url;
  const { host, port } = target;
  return `moosefs://${host.includes(':') ? `[${host}]` : host}:${port}`.toLowerCase();
}

const nameOfMsk = ({ cluster, region }: MskTarget): string =>
  `msk://${cluster}${region === undefined || cluster.startsWith('arn:') ? '' : `?region=${region}`}`;

/** The least time between two collections of an account, whose calls AWS limits for all users together, ms. */
const accountPeriodMsMin = minuteMs;

/** A key of one target of the settings that is wrong, and what is expected there. */
export interface CollectFault {
  readonly key: keyof CollectSettings;
  readonly message: string;
}

/** Returns what is wrong with one target of the settings; `undefined` if it can be collected. No message has its address. */
export function faultOf(settings: CollectSettings): CollectFault | undefined {
  const { target: text, networks, period, timeout } = settings;
  if (timeout !== undefined && timeout > period)
    return { key: 'timeout', message: 'expected at most the period: the next collection would wait for it' };
  const parsed = triedTo(() => targetOf(text));
  if (typeof parsed === 'string') return { key: 'target', message: parsed };
  const wrongPeriod = isOfAccount(parsed) ? periodFault(parsed, period) : undefined;
  if (wrongPeriod !== undefined) return { key: 'period', message: wrongPeriod };
  if (parsed.kind !== 'storage' && networks !== undefined)
    return { key: 'networks', message: 'expected none: networks are those of the chunkservers of a storage' };
  if (parsed.kind === 'storage') {
    const { target } = parsed;
    const refused = triedTo(() => withNetworks(target, networks));
    if (typeof refused === 'string') return { key: 'networks', message: refused };
  }
  const fault = loginFault(parsed, settings);
  return fault && { key: fault.option, message: fault.message };
}

function periodFault({ kind }: AccountTarget, period: number): string | undefined {
  if (kind === 'queues')
    return period === queuesPeriodMs ? undefined : 'expected 5m: each value of CloudWatch is of 5 minutes';
  return period < accountPeriodMsMin ? 'expected 1m or longer: AWS limits the calls of an account' : undefined;
}

function loginFault({ kind, target }: Target, options: LoginOptions): LoginFault | undefined {
  if (kind === 'storage') return storageFault(options, keyNames);
  if (kind === 'msk' || kind === 'queues') return accountFault(options, keyNames);
  return kind === 'kafka' ? kafkaFault(target, options, keyNames) : searchFault(target, options, keyNames);
}

/** Returns a result, or the expectation of a {@link UsageError} without the text that it quotes. */
function triedTo<Result>(parse: () => Result): Result | string {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message.replace(/^.* is no [^;]*; /s, '');
  }
}
