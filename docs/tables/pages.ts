import { tables as scaleTables } from '../../bench/cost.ts';
import { alertLifeTables } from './alert-life.ts';

/** The pages whose tables are made from code: each page's path, and its tables by the name in their markers. */
export const pages: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ['docs/scale.md', scaleTables],
  ['docs/alert-life.md', alertLifeTables],
]);
