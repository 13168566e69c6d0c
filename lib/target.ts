import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { type Environment, optional } from '../functions/shared/environment/variables.ts';

/** The account and region that the stacks of an app are deployed to. */
export interface Target {
  /** The account, 12 digits. */
  readonly account: string;
  readonly region: string;
}

/**
 * Returns the account and region of the credentials that `cdk` runs with, which it passes on to the app as environment
 * variables (https://docs.aws.amazon.com/cdk/v2/guide/environments.html).
 * @returns `undefined` without credentials. `cdk` then sets `CDK_DEFAULT_REGION` alone, to us-east-1 if no region is
 *   configured, so a region without an account says nothing.
 */
export function targetOf(env: Environment): Target | undefined {
  const account = optional(env, 'CDK_DEFAULT_ACCOUNT');
  const region = optional(env, 'CDK_DEFAULT_REGION');
  return account !== undefined && region !== undefined ? { account, region } : undefined;
}

/**
 * Returns the account and region of the stacks of some constructs. What a stack leaves open is that of the credentials: a
 * pipeline has credentials of one account, and deploys to others.
 * @param constructs at least one; each is a stack or in one
 * @returns `undefined` where neither the stacks nor the credentials say it
 * @throws {UsageError} if they are in more than one account or region
 */
export function targetOfStacks(constructs: readonly IConstruct[], env: Environment): Target | undefined {
  const credentials = targetOf(env);
  const [first, other] = new Map(
    constructs.map((each) => {
      const target = targetOfStack(Stack.of(each), credentials);
      return [target && `${target.account}/${target.region}`, target];
    }),
  );
  if (other !== undefined) {
    throw new UsageError(
      `the stacks of one deployment are in ${first![0] ?? 'an unknown account'} and ${other[0] ?? 'an unknown account'}; give all of them the same env`,
    );
  }
  return first?.[1];
}

function targetOfStack(stack: Stack, credentials: Target | undefined): Target | undefined {
  const account = Token.isUnresolved(stack.account) ? credentials?.account : stack.account;
  const region = Token.isUnresolved(stack.region) ? credentials?.region : stack.region;
  return account !== undefined && region !== undefined ? { account, region } : undefined;
}
