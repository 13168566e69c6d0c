import { datasetRows } from '../../functions/normalise/sources/modules/modules.ts';
import type { DatasetRow, NameRule } from '../../functions/normalise/sources/modules/row.ts';
import { documentSources, messageSources } from '../../functions/normalise/sources/registry.ts';
import type { SourceDescription } from '../../functions/normalise/sources/source.ts';
import { table } from './markdown.ts';

const code = (text: string): string => `\`${text}\``;

/** Returns a table for each source of documents, under its name, in the order in which sources are asked. */
export function sourcesTable(): string {
  return [...messageSources, ...documentSources].map(sourceTable).join('\n\n');
}

function sourceTable({ name, recognised, entity, dimensions, measurements, time }: SourceDescription): string {
  const rows = [
    ['recognised by', recognised],
    ['entity', entity],
    ['dimensions', dimensions],
    ['measurements', measurements],
    ['time', time],
  ];
  return `### ${name}\n\n${table(['of a document', 'is'], rows)}`;
}

/** Returns a table with the entity and the dimensions of each dataset that has a row. */
export function datasetsTable(): string {
  const rows = datasetRows.map((row) => [
    row.datasets.map(code).join(', '),
    row.kind,
    nameText(row.name),
    dimensionsText(row),
  ]);
  rows.push(['any other', 'host', nameText('host'), 'labels and identity words']);
  return table(['dataset', 'entity', 'name', 'dimensions'], rows);
}

function nameText(rule: NameRule): string {
  if (rule === 'host') return 'the host';
  if (rule === 'service') return 'the address of the service';
  if ('addressAt' in rule) return `${code(`${rule.addressAt}.ip`)}, \`:\`, ${code(`${rule.addressAt}.port`)}`;
  return [...rule.paths.map(code), ...(rule.orService ? ['the address of the service'] : [])].join(', else ');
}

function dimensionsText({ dimensions = {}, bean, isOpen, more }: DatasetRow): string {
  const parts = Object.entries(dimensions).map(([name, paths]) => `${code(name)}: ${paths.map(code).join(' or ')}`);
  if (bean !== undefined) parts.push(`the keys of the bean in ${code(bean)}`);
  if (more !== undefined) parts.push('`replica` of a follower');
  if (isOpen) parts.push('identity words');
  return parts.join('; ');
}
