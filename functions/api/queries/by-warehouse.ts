import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { alertDocument } from '../../shared/warehouse/alert-document.ts';
import { silenceDocument } from '../../shared/warehouse/silence-document.ts';
import type { AlertReader } from '../alert-reader.ts';
import { pageOf, readingOf } from '../cursor.ts';
import { newest } from './newest.ts';
import { mentions, placeOfAlert, placeOfSilence } from './places.ts';

/** The most alerts that a text is searched in. */
const searchedMax = 5_000;
const searchedNote = `the text was searched in the ${searchedMax} newest alerts that match otherwise; from and to choose others`;

/** The most alerts that are not resolved and are read: more than there are, unless something is wrong. */
const openMax = 50_000;
const openNote = `more than ${openMax} alerts are open, and the newest are counted`;
const unresolved = ['open', 'acknowledged'] as const;

const [alerts, silences] = ['offbeat-alerts', 'offbeat-silences'] as const;

/** Returns the reader of all alerts and silences that the warehouse keeps. */
export function readerByWarehouse(warehouse: Warehouse): AlertReader {
  return {
    source: 'the warehouse',
    async alerts({ status, severity, cluster, q, from, ...page }) {
      const match = {
        'offbeat.alert.status': status,
        'offbeat.alert.severity': severity,
        'offbeat.entity.cluster': cluster,
      };
      const read = readingOf(page);
      const limit = q === undefined ? read.limit : searchedMax;
      const found = (await newest(warehouse, { family: alerts, match, from, ...read, limit })).map(alertDocument.read);
      const matching = q === undefined ? found : found.filter((alert) => mentions(alert, q));
      const isCut = q !== undefined && found.length === searchedMax;
      return { ...pageOf(matching, page, placeOfAlert), ...(isCut && { note: searchedNote }) };
    },
    async open(cluster) {
      const match = {
        'offbeat.alert.status': unresolved,
        ...(cluster !== undefined && { 'offbeat.entity.cluster': cluster }),
      };
      const query = { family: alerts, match, order: 'newest first', limit: openMax } as const;
      const items = (await warehouse.search(query)).map(alertDocument.read);
      return { items, ...(items.length === openMax && { note: openNote }) };
    },
    async alert(id) {
      const [document] = await newest(warehouse, { family: alerts, match: { 'offbeat.alert.id': id }, limit: 1 });
      return document === undefined ? undefined : alertDocument.read(document);
    },
    async silences({ state, cluster, ...page }) {
      const match = { 'offbeat.silence.state': state, 'offbeat.entity.cluster': cluster };
      const found = await newest(warehouse, { family: silences, match, ...readingOf(page) });
      return pageOf(found.map(silenceDocument.read), page, placeOfSilence);
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
