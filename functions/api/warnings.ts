import { severities } from '../shared/domain/anomaly.ts';
import { entityKinds, entityPath } from '../shared/domain/entity.ts';
import { matchesGlob } from '../shared/domain/glob.ts';
import { nearest } from '../shared/domain/nearest.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { shown, shownText } from '../shared/domain/shown.ts';
import type { SilenceCommand } from '../shared/domain/signal.ts';
import type { WarehouseDocument } from '../shared/ports/warehouse.ts';
import { entity, labels } from '../shared/warehouse/common-fields.ts';
import type { AlertReader } from './alert-reader.ts';
import { inTime } from './in-time.ts';
import type { Sources } from './sources.ts';

/** The number of newest samples that are read: more would block the single thread of an embedded run. */
const samplesMax = 2_000;
/** The longest text, in characters, for which a similar name is searched: the time grows with the product of both lengths. */
const misspeltLengthMax = 64;
/** The number of names that a warning lists. */
const namedMax = 5;

/** The labels that every alert has, beside the dimensions of its cause. */
const alwaysLabels = ['cluster', 'kind', 'name', 'entity', 'metric', 'dataset', 'severity'];

/** Returns a sentence for each pattern that is written as Alertmanager writes a regular expression: `metric=~"x.*"`. */
export function patternWarnings({ matchers }: Muting): string[] {
  return Object.entries(matchers).flatMap(([label, pattern]) =>
    pattern.startsWith('~')
      ? `${shownText(label)}=${shownText(pattern)} is not a regular expression: a matcher takes exact text or a glob, in which ` +
        '"*" matches any text and "~" has no special meaning; post the silence without "~", under a new id'
      : [],
  );
}

/**
 * Returns a sentence for each part of a silence that matches nothing known: its cluster, its labels, its globs. Such a
 * silence is accepted all the same, because it may be meant for an entity that does not ship yet. Without a warehouse its
 * cluster alone is checked: by the settings, which name every cluster, and by the alerts.
 */
export async function warningsOf(command: Muting, sources: WarningSources): Promise<string[]> {
  return (await inTime(check(command, sources))) ?? [unchecked('cluster and labels', sources.reader)];
}

/** The part of a silence that decides what it mutes. */
export type Muting = Pick<SilenceCommand, 'cluster' | 'matchers'>;

interface WarningSources extends Sources {
  readonly settings: Settings;
}

/** Returns the warning that replaces all others while the reader's source does not answer. */
export function unchecked(what: string, { source }: Pick<AlertReader, 'source'>): string {
  return `${what} could not be checked, because ${source} does not answer; the silence is accepted unchecked`;
}

async function check(command: Muting, { warehouse, reader, settings }: WarningSources): Promise<string[]> {
  const { cluster, matchers } = command;
  const documents =
    (await warehouse?.search({ family: 'offbeat-samples', order: 'newest first', limit: samplesMax })) ?? [];
  const clusters = new Set([...clustersOf(settings), ...documents.map((document) => entity.read(document).cluster)]);
  const own = documents.filter((document) => entity.read(document).cluster === cluster);
  if (own.length > 0) return Object.entries(matchers).flatMap((matcher) => warningOf(matcher, own) ?? []);
  // A known cluster without recent samples, or no warehouse: its labels cannot be checked.
  if (clusters.has(cluster) || (await reader.hadAlert(cluster))) return [];
  return [`no cluster ${shown(cluster)} is known; ${knownText(cluster, [...clusters])}`];
}

const clustersOf = ({ cluster }: Settings): string[] => [cluster.name, ...cluster.hosts.map((rule) => rule.cluster)];

function warningOf([label, pattern]: [string, string], documents: readonly WarehouseDocument[]): string | undefined {
  const known = [...new Set([...alwaysLabels, ...documents.flatMap((document) => Object.keys(labels.read(document)))])];
  if (!known.includes(label)) return `no label ${shown(label)} is known; ${knownText(label, known)}`;
  const values = valuesOf(label, documents);
  if (values === undefined || values.some((value) => matchesGlob(pattern, value))) return undefined;
  return `${shownText(label)}=${shownText(pattern)} matches nothing that was seen lately; ${knownText(pattern, values)}`;
}

/** @returns `undefined` for labels whose values cannot be listed cheaply */
function valuesOf(label: string, documents: readonly WarehouseDocument[]): readonly string[] | undefined {
  const entities = documents.map(entity.read);
  switch (label) {
    case 'severity':
      return severities;
    case 'kind':
      return entityKinds;
    case 'entity':
      return [...new Set(entities.map(entityPath))];
    case 'name':
      return [...new Set(entities.map(({ name }) => name))];
    case 'cluster':
      return [...new Set(entities.map(({ cluster }) => cluster))];
    default:
      return undefined;
  }
}

/** Returns a question with the most similar known name; if there is none, the first known names. */
function knownText(given: string, known: readonly string[]): string {
  const isShort = ({ length }: string): boolean => length <= misspeltLengthMax;
  const close = isShort(given) ? nearest(given, known.filter(isShort)) : undefined;
  if (close !== undefined) return `did you mean ${shownText(close)}?`;
  const named = [...known]
    .sort()
    .slice(0, namedMax)
    .map((name) => shownText(name));
  const more = known.length - named.length;
  return `known ${known.length === 1 ? 'is' : 'are'} ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
