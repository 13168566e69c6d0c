import * as z from 'zod';
import { UsageError } from '../functions/shared/domain/errors.ts';
import type { DeploymentSettings } from '../settings/deployment.ts';
import type { LayoutEntry } from './layout-file.ts';

/** A refused change in words. */
interface Refusal {
  /** The setting that makes the change. */
  readonly setting: 'kafka' | 'domain' | 'warehouse';
  /** The consequence of the change, as a clause. */
  readonly loss: string;
  /** The steps to take before a change on purpose, as a sentence. */
  readonly onPurpose: string;
}

/** A part that a deployment reads from or writes to, and that holds something. */
interface Source {
  readonly recordedAs: 'kafka' | 'domain';
  /** Returns what the settings name, in words that a message and the layout file have. */
  readonly named: (settings: DeploymentSettings) => string;
  /** Returns the refusal of a change; `undefined` where nothing is lost by it. */
  readonly refusalOf: (before: string, now: string) => Refusal | undefined;
}

const noWarehouse = 'no warehouse';

const otherKafka: Refusal = {
  setting: 'kafka',
  loss:
    'the ledger counts by the offsets of the recorded cluster, so records of another one below them would be dropped ' +
    'as counted, and records that were not read yet would stay behind',
  onPurpose:
    'Create a second deployment beside this one (docs/deploy.md, What cannot be changed in place), and let the first one ' +
    'read its topics to the end',
};
const otherDomain: Refusal = {
  setting: 'domain',
  loss: 'samples, summaries and alerts of the past would stay in the recorded domain, and the page and the API would not show them',
  onPurpose:
    'If the past is not needed, or was copied (docs/deploy.md, Another domain), nothing else is lost: state is in the tables ' +
    'and the bucket',
};
const noDomainAnyMore: Refusal = {
  setting: 'warehouse',
  loss: 'samples, summaries and alerts of the past would stay in the recorded domain, which Offbeat would not read any more',
  onPurpose: 'Nothing else is lost; docs/deploy.md, To no warehouse and back, has the order of the steps',
};

const sources: readonly Source[] = [
  {
    recordedAs: 'kafka',
    // The addresses of brokers that are not of MSK may change: they do not say which cluster it is.
    named: ({ kafka }) =>
      kafka === undefined ? 'the created cluster' : 'cluster' in kafka ? kafka.cluster : 'brokers that are not of MSK',
    refusalOf: () => otherKafka,
  },
  {
    recordedAs: 'domain',
    named: ({ warehouse, domain }) => (warehouse === 'none' ? noWarehouse : (domain?.arn ?? 'the created domain')),
    refusalOf: (before, now) =>
      before === noWarehouse ? undefined : now === noWarehouse ? noDomainAnyMore : otherDomain,
  },
];

/**
 * Records the Kafka that a deployment reads and its warehouse, when they are new to the entry, and refuses others. A
 * deployment that had no warehouse may have one.
 * @param entry `undefined` without an account: then nothing is read or written
 * @throws {UsageError} naming the setting, what was recorded, what it would be, and the remedies
 */
export function recordSources(entry: LayoutEntry | undefined, settings: DeploymentSettings): void {
  if (entry === undefined) return;
  for (const { recordedAs, named, refusalOf } of sources) {
    const [before, now] = [entry.read(recordedAs, z.string()), named(settings)];
    if (before === now) continue;
    const refusal = before === undefined ? undefined : refusalOf(before, now);
    if (refusal !== undefined) {
      const { setting, loss, onPurpose } = refusal;
      throw new UsageError(
        `deployment.${setting}: created with ${before}, now ${now}: ${loss}. Go back to ${before}. ${onPurpose}. ` +
          `To change it nevertheless, delete "${recordedAs}" of "${entry.key}" from ${entry.file}`,
      );
    }
    entry.record(recordedAs, now);
  }
}
