import type { Alert } from '../../../shared/domain/alert.ts';
import { type Entity, entityPath } from '../../../shared/domain/entity.ts';
import { seriesOf } from '../../../shared/domain/series.ts';
import { seriesText } from '../../../shared/domain/series-text.ts';
import type { SilenceRecord } from '../../../shared/domain/silence.ts';
import type { Warehouse } from '../../../shared/ports/warehouse.ts';
import { turns } from '../../../shared/time/event-loop.ts';
import { sampleDocument } from '../../../shared/warehouse/sample-document.ts';
import type { AlertReader } from '../../alert-reader.ts';
import type { Entities, SearchResult } from '../../answers/entities.ts';
import { silencesOf } from '../overview/seen.ts';
import { entityRows } from './entities.ts';

/** A question of the search field. */
export interface SearchQuery {
  /** Words that must all be contained, in any case. */
  readonly q: string;
  readonly limit: number;
  readonly nowMs: number;
}

/** The newest alerts among which resolved ones are looked for. */
const alertsMax = 200;
/** The entities whose series are looked through, and the newest samples of each. */
const entitiesMax = 8;
const samplesMax = 100;

/**
 * Returns machines and other components, alerts, silences and series whose texts contain all words: what is in trouble first, then
 * exact names, then the rest. Without a warehouse, alerts and silences are found alone.
 * @throws {UnavailableError} if a source does not answer
 */
export async function search(
  { warehouse, reader }: { readonly warehouse: Warehouse | undefined; readonly reader: AlertReader },
  { q, limit, nowMs }: SearchQuery,
): Promise<readonly SearchResult[]> {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const [{ items: open }, recent, silences] = await Promise.all([
    reader.open(),
    reader.alerts({ limit: alertsMax }),
    silencesOf(reader),
  ]);
  const rows = warehouse === undefined ? [] : await entityRows({ warehouse, reader }, open, { nowMs });
  const alerts = new Map([...open, ...recent.items].map((alert) => [alert.id, alert]));
  const found = [
    ...[...alerts.values()].map(ofAlert),
    ...rows.map(ofEntity),
    ...silences.map(ofSilence),
    ...(warehouse === undefined ? [] : await seriesOfEntities(warehouse, rows, words)),
  ].filter(({ text }) => containsAll(text, words));
  const rank = ({ isTrouble, name }: Found): number => (isTrouble ? 0 : name.toLowerCase() === q.toLowerCase() ? 1 : 2);
  return found
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, limit)
    .map(({ kind, title, subtitle, href }) => ({ kind, title, subtitle, href }));
}

/** A result, and by what it is found and sorted. */
interface Found extends SearchResult {
  readonly text: string;
  readonly name: string;
  readonly isTrouble: boolean;
}

const containsAll = (text: string, words: readonly string[]): boolean => {
  const small = text.toLowerCase();
  return words.every((word) => small.includes(word));
};

function ofAlert({ id, title, headline, status, entity }: Alert): Found {
  const text = `${title} ${headline} ${entityPath(entity)} ${id}`;
  const href = `/alerts/${encodeURIComponent(id)}`;
  return {
    kind: 'alert',
    title,
    subtitle: `${status}, ${headline}`,
    href,
    text,
    name: id,
    isTrouble: status !== 'resolved',
  };
}

function ofEntity({ entity, path, trouble }: Entities['entities'][number]): Found {
  const kind = entity.kind === 'host' ? 'machine' : 'component';
  const subtitle = trouble.reason === null ? `${entity.kind} of ${entity.cluster}` : trouble.reason;
  return {
    kind,
    title: entity.name,
    subtitle,
    href: hrefOf(entity),
    text: path,
    name: entity.name,
    isTrouble: trouble.severity !== null,
  };
}

const hrefOf = ({ cluster, kind, name }: Entity): string =>
  `/machines/${[cluster, kind, name].map(encodeURIComponent).join('/')}`;

function ofSilence({ id, cluster, matchers, note = '', by, state }: SilenceRecord): Found {
  const title = Object.entries(matchers)
    .map(([label, pattern]) => `${label}=${pattern}`)
    .join(', ');
  const text = `${title} ${note} ${by} ${cluster} ${id}`;
  return {
    kind: 'silence',
    title,
    subtitle: `${state}, by ${by}`,
    href: '/silences',
    text,
    name: id,
    isTrouble: false,
  };
}

/** Returns the series of the entities whose path contains the first words; of all words if one word names an entity. */
async function seriesOfEntities(
  warehouse: Warehouse,
  rows: readonly Entities['entities'][number][],
  words: readonly string[],
): Promise<Found[]> {
  const named = rows.filter(({ path }) => words.some((word) => path.toLowerCase().includes(word)));
  // Words that name no entity are those of a metric: any entity may have it.
  const looked = (named.length > 0 ? named : rows).slice(0, entitiesMax);
  const found = new Map<string, Found>();
  for (const { path, trouble } of looked) {
    const documents = await warehouse.search({
      family: 'offbeat-samples',
      match: { 'offbeat.entity.path': path },
      order: 'newest first',
      limit: samplesMax,
    });
    for (const document of documents) {
      const { entity, measurements, dimensions } = sampleDocument.read(document);
      for (const metric of Object.keys(measurements)) {
        const title = seriesText(seriesOf(entity, metric, dimensions));
        const href = `/explore?series=${encodeURIComponent(title)}`;
        const isTrouble = trouble.severity !== null && words.length > 1;
        found.set(title, { kind: 'series', title, subtitle: 'series', href, text: title, name: title, isTrouble });
      }
      if (turns.isOver) await turns.next();
    }
  }
  return [...found.values()];
}
