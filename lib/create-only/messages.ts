import { brokerDiskGrowthGiBMin, createOnly } from './properties.ts';
import type { Value } from './record.ts';
import type { Named, RefusedChange } from './refused-change.ts';
import type { RecordPlace } from './resource-records.ts';
import { settingsOf } from './settings-of.ts';

/** A refused change in words. */
export interface Message {
  readonly description: string;
  /** The remedies: what to do, and how to accept the change on purpose. */
  readonly fix: string;
}

/** Returns what a refused change would replace, and the remedies. */
export function messageOf(change: RefusedChange, place: RecordPlace): Message {
  return {
    description: `${causeOf(change)}${descriptionOf(change)}`,
    fix: `${remedyOf(change)} ${acceptanceOf(change, place)}`,
  };
}

/** Returns the settings that decide a change, as the beginning of a sentence. */
function causeOf(change: RefusedChange): string {
  const settings = settingsOf(change).map((setting) => `deployment.${setting}`);
  return settings.length === 0 ? '' : `Decided by ${settings.join(' or ')}: `;
}

function descriptionOf(change: RefusedChange): string {
  const name = nameOf(change);
  switch (change.kind) {
    case 'gone':
      return `${name} is in no template any more. It would be deleted or abandoned${lostWith(change)}`;
    case 'replaced': {
      const { property, before, after, isConditional, alsoReplaced } = change;
      const cannot = isConditional ? 'AWS changes it in place in some cases only' : 'AWS cannot change it in place';
      const too = alsoReplaced.length === 0 ? '' : `; and with it ${groupsOf(alsoReplaced)}`;
      return `${property} was ${shown(before)}, and would be ${shown(after)}. ${cannot}. ${name} would be replaced: deleted or abandoned${lostWith(change)}, and created anew${too}`;
    }
    case 'lossy':
      return `${change.property} of ${name} was ${shown(change.before)}, and would be ${shown(change.after)}: ${change.loss}`;
    case 'mode':
      return `KafkaVersion was ${change.before}, and would be ${change.after}. No update changes ${name} between ZooKeeper and KRaft`;
    case 'older':
      return `${change.property} was ${change.before}, and would be ${change.after}. AWS updates ${name} to a newer version only, and refuses an older one`;
    case 'disk':
      return `The disk of each broker of ${name} had ${change.before} GiB, and would have ${change.after}. MSK makes no disk smaller, and enlarges one by ${brokerDiskGrowthGiBMin} GiB at least`;
    case 'other group':
      return `The consumer group of ${name} was ${change.before}, and would be ${change.after}. Lambda cannot change it`;
    case 'other reader': {
      const { group, reader, changed } = change;
      const by = reader === change.id ? '' : `, ${reader}`;
      const differences = changed.map(
        (each) => `${each.property} was ${shown(each.before)}, and would be ${shown(each.after)}. `,
      );
      return `${differences.join('')}The consumer group ${group} of ${name} would be read by a new event source mapping${by}. CloudFormation creates that before it deletes the old one, and Lambda refuses the second one of a group`;
    }
    case 'combined':
      return `${name} would get ${change.updates.length} updates at once: ${change.updates.join(', ')}. MSK refuses the second: "You can't update multiple attributes of the cluster in same request"`;
  }
}

/** Returns what is lost with a resource, as a clause. */
function lostWith({ type }: Named): string {
  const holds = createOnly[type]?.holds;
  return holds === undefined ? '' : `, with ${holds}`;
}

/** Returns the name of a resource, or a number of resources, for each type. */
function groupsOf(resources: readonly Named[]): string {
  const byType = Map.groupBy(resources, ({ type }) => type);
  const groups = [...byType].map(([type, all]) => (all.length === 1 ? nameOf(all[0]!) : `${all.length} ${type}`));
  return groups.join(', ');
}

function remedyOf(change: RefusedChange): string {
  switch (change.kind) {
    case 'gone':
      return 'Go back to the settings, the release or the construct ids that made it.';
    case 'lossy':
      return change.remedy ?? `Go back to the recorded ${change.property}.`;
    case 'replaced':
      return `Go back to the recorded ${change.property}, or create a second deployment beside this one (docs/deploy.md).`;
    case 'mode':
      return 'Go back to the recorded mode. There is no way from KRaft to ZooKeeper; MSK migrates the other way by a procedure of its own (docs/decisions/0033-kafka-mode-by-size.md).';
    case 'older':
      return `Keep ${change.before}: deploy a release that has it or a newer one (docs/deploy.md, Update and roll back).`;
    case 'disk':
      return `Set deployment.disks.kafka (volumeGiB of DataHub in an app of your own) to ${change.before}, or to ${change.before + brokerDiskGrowthGiBMin} or more.`;
    case 'other group':
      return `Go back to the consumer group ${change.before}.`;
    case 'other reader': {
      const recorded = change.changed.map(({ property }) => property).join(', ') || 'event source mapping';
      return `Go back to the recorded ${recorded}, or delete the mappings first (docs/deploy.md, Other addresses of the brokers).`;
    }
    case 'combined':
      return 'Deploy one after the other: undo all but one of them, deploy, and go on with the next.';
  }
}

const acceptanceOf = ({ id }: Named, { file, entry }: RecordPlace): string =>
  `If it is meant, or was never deployed, delete "${id}" from ${entry} in ${file}; to accept everything that this synth refuses, delete ${entry} as a whole.`;

const nameOf = ({ id, type }: Named): string => `${id} (${type})`;

const shown = (value: Value | undefined): string => (value === undefined ? 'absent' : JSON.stringify(value));
