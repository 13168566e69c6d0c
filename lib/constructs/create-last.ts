import { CfnResource, Stack } from 'aws-cdk-lib';
import { Dependable, type IConstruct, type IDependable } from 'constructs';

/**
 * Creates a resource after every other resource of its stack that belongs to the constructs, also after those that the app
 * adds to them later. None of them may depend on it.
 */
export function createLast(last: CfnResource, constructs: readonly IConstruct[]): void {
  const isOther = (each: IConstruct): each is CfnResource =>
    CfnResource.isCfnResource(each) && each !== last && Stack.of(each) === Stack.of(last);
  const rest: IDependable = {};
  Dependable.implement(rest, {
    // CDK reads the roots when it writes the template, so that they contain everything that the app has added.
    get dependencyRoots() {
      return constructs.flatMap((construct) => construct.node.findAll()).filter(isOther);
    },
  });
  last.node.addDependency(rest);
}
