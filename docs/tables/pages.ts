import { tables as scaleTables } from '../../bench/cost.ts';
import { transactionTables } from '../../test/support/transaction/page.ts';
import { alertLifeTables } from './alert-life.ts';
import { routeSections, routesTable, schemaSections } from './api-reference.ts';
import { conditionsTable } from './conditions.ts';
import { functionsTable, rightsTable, topicsTable } from './functions.ts';
import { ioGapsTable, ioTable } from './io.ts';
import { limitsTable } from './limits.ts';
import { measuresTable } from './measures.ts';
import { alarmedTable } from './metrics.ts';
import { datasetsTable, sourcesTable } from './sources.ts';
import { tables as warehouseTables } from './warehouse.ts';

/** The pages whose tables are made from code: each page's path, and its tables by the name in their markers. */
export const pages: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    'docs/api-reference.md',
    new Map([
      ['routes', routesTable()],
      ['route-sections', routeSections()],
      ['schemas', schemaSections()],
    ]),
  ],
  [
    'docs/architecture.md',
    new Map([
      ['functions', functionsTable()],
      ['topics', topicsTable()],
    ]),
  ],
  [
    'docs/beats.md',
    new Map([
      ['sources', sourcesTable()],
      ['datasets', datasetsTable()],
      ['conditions', conditionsTable()],
    ]),
  ],
  ['docs/alert-life.md', alertLifeTables],
  [
    'docs/io.md',
    new Map([
      ['io', ioTable()],
      ['measures', measuresTable()],
      ['io-gaps', ioGapsTable()],
    ]),
  ],
  ['docs/metrics.md', new Map([['alarmed', alarmedTable()]])],
  ['docs/scale.md', scaleTables],
  ['docs/settings.md', new Map([['limits', limitsTable()]])],
  ['docs/security.md', new Map([['rights', rightsTable()]])],
  ['docs/transaction.md', transactionTables],
  ['docs/warehouse.md', warehouseTables],
]);
