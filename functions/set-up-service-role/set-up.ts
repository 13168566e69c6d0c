import { minuteMs, secondMs } from '../shared/domain/durations.ts';
import { UnavailableError } from '../shared/domain/errors.ts';
import type { ServiceRoles } from '../shared/ports/service-roles.ts';
import { pollMs, realWaits, type WaitTiming } from '../shared/time/waits.ts';

/**
 * The age that a role must have. IAM is eventually consistent, and the service may read another copy than `GetRole` does:
 * it then refuses the domain, as if there were no role. Terraform's provider retries the domain for 2 minutes for that
 * answer; CloudFormation does not.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (Changes that I make are not always immediately visible)
 * @see https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/opensearch/domain.go
 */
const settledMs = 2 * minuteMs;

/** The time for which the role is awaited. The function may run a minute longer than this and the wait for its permissions. */
const deadlineMs = 4 * minuteMs;

/** A service-linked role, and the service that has it. */
export interface RoleOfService {
  readonly roleName: string;
  readonly service: string;
}

/**
 * Creates a service-linked role unless the account has it, and waits until other services see it. A role that is older than
 * two minutes is not waited for.
 * @throws {DeniedError} if no policy allows it, or one denies it, with the remedy
 * @throws {UnavailableError} if IAM does not answer, or does not show the role within four minutes
 */
export async function setUpServiceRole(
  roles: ServiceRoles,
  { roleName, service }: RoleOfService,
  timing: WaitTiming = realWaits,
): Promise<'created' | 'taken'> {
  const endsAtMs = timing.nowMs() + deadlineMs;
  let role = await roles.find(roleName);
  const outcome = role === undefined ? await roles.create(service) : 'taken';
  while (role === undefined || timing.nowMs() - role.createdAtMs < settledMs) {
    if (timing.nowMs() >= endsAtMs) {
      throw new UnavailableError(
        `IAM does not show the role ${roleName} as settled, ${deadlineMs / secondMs} s after it was requested: ` +
          `wait until aws iam get-role --role-name ${roleName} finds it, and deploy again`,
      );
    }
    await timing.wait(pollMs);
    role = await roles.find(roleName);
  }
  return outcome;
}
