import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { alertDocument } from '../../shared/warehouse/alert-document.ts';
import { silenceDocument } from '../../shared/warehouse/silence-document.ts';
import type { AlertReader } from '../alert-reader.ts';
import { newest } from './newest.ts';

const [alerts, silences] = ['offbeat-alerts', 'offbeat-silences'] as const;

/** Returns the reader of all alerts and silences that the warehouse keeps. */
export function readerByWarehouse(warehouse: Warehouse): AlertReader {
  return {
    source: 'the warehouse',
    async alerts({ status, cluster, ...span }) {
      const match = { 'offbeat.alert.status': status, 'offbeat.entity.cluster': cluster };
      return { items: (await newest(warehouse, { family: alerts, match, ...span })).map(alertDocument.read) };
    },
    async alert(id) {
      const [document] = await newest(warehouse, { family: alerts, match: { 'offbeat.alert.id': id }, limit: 1 });
      return document === undefined ? undefined : alertDocument.read(document);
    },
    async silences({ state, cluster, limit }) {
      const match = { 'offbeat.silence.state': state, 'offbeat.entity.cluster': cluster };
      return { items: (await newest(warehouse, { family: silences, match, limit })).map(silenceDocument.read) };
    },
    async silence(id, cluster) {
      const match = { 'offbeat.silence.id': id, 'offbeat.entity.cluster': cluster };
      const [document] = await newest(warehouse, { family: silences, match, limit: 1 });
      return document === undefined ? undefined : silenceDocument.read(document);
    },
    async hadAlert(cluster) {
      const match = { 'offbeat.entity.cluster': cluster };
      return (await newest(warehouse, { family: alerts, match, limit: 1 })).length > 0;
    },
  };
}
