import { Problem } from './problem.ts';

/**
 * Returns the problem of a request that only a warehouse can answer.
 * @param what the subject and verb of the sentence: `/api/samples is answered`
 */
export function noWarehouse(what: string): Problem {
  return new Problem(
    501,
    `no warehouse: ${what} by the warehouse, and this deployment has none (deployment.warehouse: none); ` +
      'to have it, set deployment.warehouse: opensearch in offbeat.yaml and deploy',
  );
}
