import type { IConstruct } from 'constructs';
import * as z from 'zod';
import { UsageError } from '../functions/shared/domain/errors.ts';
import type { PartitionCounts } from '../functions/shared/log/topics.ts';
import { LayoutEntry } from './layout-file.ts';
import { Offbeat } from './offbeat.ts';
import { isRecorded, recordResources } from './recorded-resources.ts';
import { targetOfStacks } from './target.ts';

const partitionsSchema = z.record(z.string(), z.int());

/**
 * Records what is fixed for the life of a deployment in a file, at each synth that passes, and refuses a later synth that
 * would change it: the partitions and the prefix of its topics, and whatever AWS cannot change in place. It is recorded for
 * the account and region of the stacks; where their `env` does not say them, for those of the credentials that `cdk` runs
 * with. Where neither says them nothing is read or written. Call it after the constructs were created.
 * @param file       JSON, to be committed with the source of the app; created if it does not exist
 * @param deployment name that distinguishes the deployments of one app
 * @param constructs everything that belongs to the deployment: stacks, or constructs in a stack
 * @throws {UsageError} naming a recorded value and the given one; if the file has another form; if the constructs are in
 *   several accounts or regions; or if there is nothing to record
 * @example
 * recordLayout('offbeat.layout.json', 'Alerting', stack);
 */
export function recordLayout(file: string, deployment: string, ...constructs: readonly IConstruct[]): void {
  const offbeat = offbeatIn(deployment, constructs);
  const target = targetOfStacks(constructs, process.env);
  if (target === undefined) return;
  const entry = new LayoutEntry(file, target, deployment);
  if (offbeat !== undefined) {
    recordPartitions(entry, offbeat.partitions);
    recordPrefix(entry, offbeat.prefix, 'prefix');
  }
  recordResources(entry, ...constructs);
}

/** Returns the only `Offbeat` of some constructs, or `undefined` where they have only resources such as those of a `DataHub`. */
function offbeatIn(deployment: string, constructs: readonly IConstruct[]): Offbeat | undefined {
  const all = constructs.flatMap((each) => each.node.findAll());
  const [offbeat, second] = new Set(all.filter((each) => each instanceof Offbeat));
  if (second !== undefined) {
    throw new UsageError(
      `recordLayout: ${offbeat!.node.path} and ${second.node.path} are both of "${deployment}"; record each under a name of its own`,
    );
  }
  if (offbeat === undefined && !all.some(isRecorded)) {
    throw new UsageError(
      `recordLayout: the constructs of "${deployment}" have nothing to record; call it with their stacks, after everything was created`,
    );
  }
  return offbeat;
}

/** The words for partitions in a message: those of settings, or of props. */
export interface PartitionWords {
  /** Returns the key of a topic's partitions. */
  keyOf(topic: string): string;
  /**
   * Returns the remedy, as a sentence without its full stop.
   * @param recorded the recorded partitions of the topics that differ
   */
  remedy(recorded: Readonly<Record<string, number>>): string;
}

const wordsOfProps: PartitionWords = {
  keyOf: (topic) => `partitions of ${topic}`,
  remedy: (recorded) => `Go back to partitions: ${JSON.stringify(recorded)}`,
};

/**
 * Records partitions in an entry when they are new to it, and refuses other partitions than the recorded ones: a key must
 * keep its partition, or the state and the records of an entity are in different ones.
 * @throws {UsageError} naming every topic that differs, its recorded partitions and the given ones, and the remedy
 */
export function recordPartitions(entry: LayoutEntry, partitions: PartitionCounts, words = wordsOfProps): void {
  const recorded = entry.read('partitions', partitionsSchema) ?? {};
  const changed = Object.entries(partitions).filter(([topic, count]) => (recorded[topic] ?? count) !== count);
  if (changed.length > 0) {
    const before = Object.fromEntries(changed.map(([topic]) => [topic, recorded[topic]!]));
    const each = changed.map(
      ([topic, count]) => `${words.keyOf(topic)}: created with ${recorded[topic]}, now ${count}`,
    );
    throw new UsageError(
      `${each.join('; ')}. The number is fixed for the life of a topic. ${words.remedy(before)}, or, ${entry.remedy}`,
    );
  }
  if (Object.keys(partitions).some((topic) => !(topic in recorded))) {
    entry.record('partitions', { ...recorded, ...partitions });
  }
}

/**
 * Records the prefix of topics and groups in an entry when it is new to it, and refuses another one: with other names a
 * deployment would start with empty topics. No prefix is recorded as an empty text.
 * @param key the setting or prop, for the message
 * @throws {UsageError} naming both prefixes and the remedy
 */
export function recordPrefix(entry: LayoutEntry, prefix: string | undefined, key: string): void {
  const recorded = entry.read('prefix', z.string());
  const [before, now] = [recorded, prefix].map((each) => each || 'no prefix');
  if (recorded !== undefined && before !== now) {
    throw new UsageError(
      `${key}: created with ${before}, now ${now}; it is fixed for the life of the topics. ` +
        `Go back to ${before}, or, ${entry.remedy}`,
    );
  }
  if (recorded === undefined) entry.record('prefix', prefix ?? '');
}
