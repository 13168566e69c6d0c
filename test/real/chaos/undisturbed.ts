import { readFileSync } from 'node:fs';
import { type Alert, alertSchema } from '../../../functions/shared/domain/alert.ts';
import { transitionId } from '../../../functions/shared/domain/ids.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { openEmbedded } from '../../../local/embedded.ts';
import { type Documents, documentsOf } from '../documents.ts';

/** The result of a recording where nothing fails. */
export interface Undisturbed {
  readonly documents: Documents;
  /** The transitions that are sent to receivers. */
  readonly sent: ReadonlySet<string>;
  /** The transitions that a receiver gets whatever fails: of each alert the first page and the newest state. */
  readonly neverOvertaken: ReadonlySet<string>;
  readonly deadLetters: number;
}

/** Runs a recording on SQLite, in one process, without kills. */
export async function undisturbed(file: string): Promise<Undisturbed> {
  const embedded = await openEmbedded({ dataDir: undefined, settings: defaultSettings, terminal: () => {} });
  try {
    await embedded.replay({ file, cluster: 'recorded' });
    await embedded.drain();
    const records = embedded.store.broker.read(topics.alerts, 0, 0, { recordsMax: 1_000_000, bytesMax: 1e9 });
    const sent = records.map(({ value }) => alertSchema.parse(JSON.parse(String(value)))).filter(isSent);
    return {
      documents: await documentsOf(embedded.ports.warehouse),
      sent: new Set(sent.map(idOf)),
      neverOvertaken: new Set(firstAndNewest(sent).map(idOf)),
      deadLetters: embedded.store.totals().deadLetters,
    };
  } finally {
    await embedded.close();
  }
}

const isSent = ({ notify }: Alert): boolean => notify;

function firstAndNewest(sent: readonly Alert[]): Alert[] {
  const byAlert = [...Map.groupBy(sent, ({ id }) => id).values()];
  return byAlert.flatMap((same) => [...same.filter(isFirstPage), same.at(-1)!]);
}

const isFirstPage = ({ revision, firstPageRevision }: Alert): boolean => revision === firstPageRevision;

export const idOf = ({ id, revision }: Pick<Alert, 'id' | 'revision'>): string => transitionId(id, revision);

/** The independent count of a recording: lines, readable lines, and samples by host and minute. */
export interface IndependentCount {
  readonly lines: number;
  /** The number of readable lines, each text once: a repeated document is one. */
  readonly documents: number;
  /** The `system.load` documents of a host in a minute, by `host minute`. */
  readonly loads: ReadonlyMap<string, number>;
}

/** Counts without any of Offbeat's own code. */
export function countIndependently(file: string): IndependentCount {
  const lines = readFileSync(file, 'utf8').split('\n');
  const documents = new Set(lines.filter((line) => line.startsWith('{"@timestamp"')));
  const loads = new Map<string, number>();
  for (const document of documents) {
    const { event, host, '@timestamp': at } = JSON.parse(document);
    if (event.dataset !== 'system.load') continue;
    const key = `${host.name} ${at.slice(0, 16)}`;
    loads.set(key, (loads.get(key) ?? 0) + 1);
  }
  return { lines: lines.length, documents: documents.size, loads };
}

/** Returns the same from the state of the flow itself, as its summaries show. */
export function countedLoads(documents: Documents): ReadonlyMap<string, number> {
  const summaries = (documents.get('offbeat-summaries') ?? []).map((line) => JSON.parse(line));
  const loads = summaries.filter((summary) => summary['event.dataset'] === 'system.load');
  return new Map(
    loads.map((summary) => [
      `${summary['host.name']} ${summary['@timestamp'].slice(0, 16)}`,
      summary['system.load.1.count'],
    ]),
  );
}
