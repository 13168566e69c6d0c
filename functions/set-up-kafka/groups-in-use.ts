import { secondMs } from '../shared/domain/durations.ts';
import { UsageError } from '../shared/domain/errors.ts';
import type { KafkaAdmin } from '../shared/ports/kafka-admin.ts';
import { awaitFound, type WaitTiming } from '../shared/time/waits.ts';

/**
 * The time for which members may remain of event source mappings that were deleted: those of a create that failed, or of a
 * stack that was destroyed a moment ago. It is twice the time after which a broker removes a member that does not answer, by
 * the default of Kafka's consumer; AWS publishes none for Lambda's pollers.
 * @see https://kafka.apache.org/documentation/#consumerconfigs_session.timeout.ms
 */
const lingeringMs = 90 * secondMs;

/**
 * Refuses to create a deployment whose groups are in use: two deployments in one group divide the partitions between them,
 * and each pages for its part only. A group without members is not in use, whatever offsets it has. At an update the
 * members are the deployment's own, so this is for its creation alone, before it has an event source mapping.
 * @param groups logical names: `offbeat-detect`
 * @throws {UsageError} naming the first group that has members, and the remedy, after {@link lingeringMs}
 * @throws {UnavailableError} if the brokers do not answer, or refuse
 * @see docs/decisions/0031-a-prefix-for-topics-and-groups.md
 */
export async function refuseGroupsInUse(
  kafka: Pick<KafkaAdmin, 'groupsInUse'>,
  groups: readonly string[],
  timing?: WaitTiming,
): Promise<void> {
  let inUse: string | undefined;
  const looked = async () => {
    [inUse] = await kafka.groupsInUse(groups);
    return inUse === undefined ? 'free' : undefined;
  };
  if ((await awaitFound(looked, lingeringMs, timing)) === 'free') return;
  throw new UsageError(
    `consumer group ${inUse} has had members for ${lingeringMs / secondMs} s: another deployment reads these topics. ` +
      'Set deployment.prefix to a name of its own, or delete the other deployment first',
  );
}
