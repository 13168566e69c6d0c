import { type Finding, finding, settingLines } from './finding.ts';
import type { StackAnswer } from './port.ts';

/**
 * Returns whether a stack exists with all its resources, so that what it needs is counted in the account already. A failed
 * update leaves the resources in place.
 */
export const isComplete = ({ status }: StackAnswer): boolean =>
  status === 'CREATE_COMPLETE' || status.startsWith('UPDATE_') || status.startsWith('IMPORT_');

/**
 * Returns a finding for each stack that the next deployment cannot update, and one about those that it can.
 * @param stacks the stacks of the deployment that exist
 * @param keepsData a flag: without it nothing is protected, and no reminder is needed
 */
export function judgeStacks(stacks: readonly StackAnswer[], keepsData: boolean): readonly Finding[] {
  if (stacks.length === 0) return [finding('stacks', 'ok', 'there is no stack of Offbeat: this is a first deployment')];
  const failed = stacks.flatMap(judgeStack);
  const complete = stacks.filter(isComplete).map(({ name }) => name);
  const found = failed.length > 0 ? [] : [finding('stacks', 'ok', `these are complete: ${complete.join(', ')}`)];
  return [...failed, ...found, ...remindOfProtection(stacks, keepsData)];
}

function judgeStack({ name, status, isProtected }: StackAnswer): readonly Finding[] {
  const is = `the stack ${name} is ${status}`;
  const problem = (message: string, remedy: readonly string[]) => [finding('stacks', 'problem', message, remedy)];
  const events = `aws cloudformation describe-stack-events --stack-name ${name} --query "StackEvents[?contains(ResourceStatus, 'FAILED')].[LogicalResourceId,ResourceStatusReason]" --output table`;
  const left = `aws cloudformation describe-stack-resources --stack-name ${name} --query "StackResources[?ResourceStatus!='DELETE_COMPLETE'].[ResourceType,PhysicalResourceId]" --output table`;
  const unprotect = `aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${name}`;
  const remove = [...(isProtected ? [unprotect] : []), `aws cloudformation delete-stack --stack-name ${name}`];
  switch (status) {
    case 'ROLLBACK_COMPLETE':
      // CDK deletes a stack whose creation failed before it creates it again; CloudFormation refuses that for a protected one.
      if (isProtected) return problem(`${is} and protected, so CDK cannot replace it`, [events, ...remove]);
      return [finding('stacks', 'warning', `${is}: the next deployment deletes it and creates it again`, [events])];
    case 'ROLLBACK_FAILED':
      // RetainExceptOnCreate keeps in a deletion what only the roll-back of its create would have deleted; CDK deletes the stack.
      return problem(
        `${is}: its deletion, also by the next deployment, leaves what has data, billed, in no stack; delete that first`,
        [events, left, ...remove],
      );
    case 'CREATE_FAILED':
      return problem(`${is}: resources of a failed creation are left`, [events, `npx cdk rollback ${name}`]);
    case 'DELETE_FAILED':
      return problem(
        `${is}: something still uses a resource of it, such as a network interface, for up to 40 minutes`,
        [events, ...remove],
      );
    case 'UPDATE_ROLLBACK_FAILED':
      return problem(
        `${is}, and cannot be updated until the roll-back ends. It can skip what cannot go back, such as a domain with a newer engine`,
        rollbackRemedy(name, events),
      );
    case 'UPDATE_FAILED':
      return problem(`${is}: an update without roll-back failed`, [events, `npx cdk rollback ${name}`]);
    case 'REVIEW_IN_PROGRESS':
      return [];
    default:
      if (!status.endsWith('_IN_PROGRESS')) return [];
      return problem(`${is}: it cannot be updated meanwhile`, [
        `aws cloudformation describe-stacks --stack-name ${name} --query "Stacks[0].StackStatus"`,
      ]);
  }
}

/**
 * Returns the lines that end a roll-back, and those that end it without a resource that AWS cannot set back. Only resources
 * whose own roll-back failed can be skipped, and the settings or the release must then fit what they are.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/125
 */
function rollbackRemedy(name: string, events: string): readonly string[] {
  const proceed = `aws cloudformation continue-update-rollback --stack-name ${name}`;
  const failed = `aws cloudformation describe-stack-resources --stack-name ${name} --query "StackResources[?ResourceStatus=='UPDATE_FAILED'].[LogicalResourceId,ResourceType,ResourceStatusReason]" --output table`;
  return [events, proceed, failed, `${proceed} --resources-to-skip LOGICAL_ID`];
}

/** The last stack of a deployment: once it is complete, the deployment has succeeded. It keeps no data, and is not protected. */
const lastStack = 'Offbeat';

function remindOfProtection(stacks: readonly StackAnswer[], keepsData: boolean): readonly Finding[] {
  const hasSucceeded = stacks.some((stack) => stack.name === lastStack && isComplete(stack));
  const open = stacks.filter((stack) => stack.name !== lastStack && isComplete(stack) && !stack.isProtected);
  if (!keepsData || !hasSucceeded || open.length === 0) return [];
  const names = open.map(({ name }) => name).join(', ');
  const message = `the deployment has succeeded, and these stacks are not protected from deletion: ${names}`;
  return [finding('protection', 'warning', message, [...settingLines('protected: true'), 'npx cdk deploy --all'])];
}
