import { minuteMs } from '../domain/durations.ts';
import { DeniedError } from '../domain/errors.ts';
import { pollMs, realWaits, type WaitTiming } from './waits.ts';

/**
 * The time after which a policy that was just attached to a role counts as effective. CloudFormation reports a policy as
 * complete, and a function that is invoked a second later may still be denied. Terraform's provider waits as long for IAM.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (Changes that I make are not always immediately visible)
 * @see https://github.com/aws/aws-cdk/issues/37939 a custom resource that was denied a second after its policy
 * @see https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/iam/consts.go propagationTimeout
 */
export const permissionWaitMs = 2 * minuteMs;

/**
 * Calls a function, and calls it again while the role's own permissions are not effective yet. Every other error ends it at
 * once, and so does a denial that no wait changes.
 * @param doing may be repeated: a second call changes nothing
 * @throws {DeniedError} the last one, after {@link permissionWaitMs}; or any other error of `doing`
 */
export async function untilPermitted<T>(doing: () => Promise<T>, timing: WaitTiming = realWaits): Promise<T> {
  const endsAtMs = timing.nowMs() + permissionWaitMs;
  for (;;) {
    try {
      return await doing();
    } catch (error) {
      if (!(error instanceof DeniedError) || error.isFinal || timing.nowMs() >= endsAtMs) throw error;
      await timing.wait(pollMs);
    }
  }
}
