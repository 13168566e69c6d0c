import type { Targets } from './function-row.ts';
import { consumerGroupOf, type FunctionName, functions, stagesOfTopics } from './functions.ts';
import type { Topic } from './shared/log/topics.ts';

/**
 * Returns whether a deployment has a function: one without a warehouse, or without the page, has none that works for that alone,
 * and one without targets, or without one about which AWS is asked, none that works for those alone.
 */
export function isDeployed(
  name: FunctionName,
  hasWarehouse: boolean,
  targets: Targets = 'none',
  hasPage = false,
): boolean {
  const { servesWarehouse = false, servesTargets = 'none', servesPage = false } = functions[name];
  const isServed = servesTargets === 'none' || targets === 'account' || servesTargets === targets;
  return (hasWarehouse || !servesWarehouse) && (hasPage || !servesPage) && isServed;
}

/** Returns the topics that a function appends to in a deployment: its own, or none where it appends for the warehouse alone. */
export const topicsAppended = (name: FunctionName, hasWarehouse: boolean): readonly Topic[] =>
  hasWarehouse || functions[name].appendsForWarehouse !== true ? functions[name].appendsTo : [];

/** Returns the topics whose records a function counts in a deployment. One that appends nothing has no connection to count by. */
export const topicsCounted = (name: FunctionName, hasWarehouse: boolean): readonly Topic[] =>
  topicsAppended(name, hasWarehouse).length > 0 ? (functions[name].counts ?? []) : [];

/** Returns the consumer groups of a deployment, by their logical names, in running order. */
export const consumerGroupsOf = (hasWarehouse: boolean): readonly string[] =>
  stagesOfTopics
    .filter(({ stage }) => isDeployed(stage, hasWarehouse))
    .flatMap(({ stage, topics: read }) => read.map((topic) => consumerGroupOf(stage, topic)));
