import { UsageError } from '../../shared/domain/errors.ts';
import { shown } from '../../shared/domain/shown.ts';
import type { ManagedKafkaLimits } from '../../shared/ports/managed-kafka.ts';

/** A cluster of Amazon MSK whose control plane is collected, and the bounds of a collection. */
export interface MskTarget extends ManagedKafkaLimits {
  readonly name: string;
  /** The region of the cluster; absent if it is that of the environment. */
  readonly region?: string;
  /** The port in the addresses of brokers; absent if it follows from the log-ins of the cluster. */
  readonly port?: number;
}

export const mskTargetDefaults = { totalMs: 20_000, pagesMax: 20, brokersMax: 250 } as const;

const expected =
  'expected msk://NAME or msk://ARN, such as msk://offbeat, perhaps with ?region=eu-central-1 or ?port=9094';
const names = '[A-Za-z0-9][A-Za-z0-9-]{0,63}';
const regions = '[a-z]{2}(?:-[a-z]+)+-[0-9]{1,2}';
/** The ARN of a cluster. @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonmanagedstreamingforapachekafka.html */
const arnPattern = new RegExp(
  `^arn:aws(?:-[a-z]+)*:kafka:(?<region>${regions}):[0-9]{12}:cluster/(?<name>${names})/[A-Za-z0-9-]{1,64}$`,
);
const namePattern = new RegExp(`^${names}$`);
const regionPattern = new RegExp(`^${regions}$`);
/** The most characters of an address, which no ARN reaches. */
const charactersMax = 512;

/**
 * Returns the target that an address names.
 * @throws {UsageError}
 * @example
 * parseMskTarget('msk://offbeat?region=eu-central-1').region; // => 'eu-central-1'
 */
export function parseMskTarget(text: string): MskTarget {
  const [, cluster, query] =
    text.length > charactersMax ? [] : (/^msk:\/\/([^?#\s]+)(?:\?([^#\s]*))?$/i.exec(text) ?? []);
  const arn = cluster === undefined ? undefined : arnPattern.exec(cluster)?.groups;
  if (cluster === undefined || (arn === undefined && !namePattern.test(cluster)))
    throw new UsageError(`${shown(text)} is no cluster of MSK; ${expected}`);
  const options = new URLSearchParams(query);
  const unknown = [...options.keys()].find((key) => key !== 'region' && key !== 'port');
  if (unknown !== undefined) throw new UsageError(`${shown(unknown)} is no option of a cluster of MSK; ${expected}`);
  const region = regionOf(options.get('region'), arn?.region);
  const port = portOf(options.get('port'));
  return {
    ...mskTargetDefaults,
    cluster,
    name: arn?.name ?? cluster,
    ...(region === undefined ? {} : { region }),
    ...(port === undefined ? {} : { port }),
  };
}

function regionOf(given: string | null, ofArn: string | undefined): string | undefined {
  if (given === null) return ofArn;
  if (!regionPattern.test(given)) throw new UsageError(`${shown(given)} is no region of AWS; ${expected}`);
  if (ofArn !== undefined && ofArn !== given)
    throw new UsageError(`${shown(given)} is no region of this ARN; leave it out: the ARN names its region`);
  return given;
}

function portOf(given: string | null): number | undefined {
  if (given === null) return undefined;
  const port = /^[0-9]{1,5}$/.test(given) ? Number(given) : 0;
  if (port < 1 || port > 65_535) throw new UsageError(`${shown(given)} is no port; ${expected}`);
  return port;
}
