import { CfnResource, CfnWaitCondition, CfnWaitConditionHandle, type Stack } from 'aws-cdk-lib';

/** The name of the resource that cannot be created. */
export const failure = 'FailureAtTheEnd';

/**
 * Adds a resource to a stack that is created after all others and fails: CloudFormation waits a second for a signal that
 * never comes. So a roll-back has everything to delete that the stack can have.
 */
export function failAtTheEnd(stack: Stack): void {
  const others = stack.node.findAll().filter((each) => CfnResource.isCfnResource(each));
  const handle = new CfnWaitConditionHandle(stack, `${failure}Signal`);
  const condition = new CfnWaitCondition(stack, failure, { handle: handle.ref, count: 1, timeout: '1' });
  for (const other of others) condition.addDependency(other);
}
