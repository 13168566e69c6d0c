import { setUpWarehouse } from '../../functions/set-up-warehouse/set-up.ts';
import { describeWarehouse } from '../contract/warehouse.ts';
import { refresh, server, warehouse, wipe } from './opensearch.ts';

describeWarehouse('a real OpenSearch', async () => {
  await wipe();
  await setUpWarehouse(server, Date.now());
  return {
    warehouse: warehouse(),
    settle: async () => {
      await refresh();
    },
  };
});
