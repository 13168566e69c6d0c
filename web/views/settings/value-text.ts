import type { Setting } from '../../api/operation-types.ts';
import { durationText } from '../../format/duration.ts';

/** Returns a value as it stands in YAML on one line. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(([name, own]) => `${name}: ${valueText(own)}`);
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
  }
  return String(value);
}

/** Returns the value of a setting with its unit: a duration in words, a large number with separators. */
export function settingText({ value, unit }: Pick<Setting, 'value' | 'unit'>): string {
  if (typeof value !== 'number') return valueText(value);
  if (unit === 'ms') return value < 1_000 ? `${value} ms` : durationText(value);
  return `${value.toLocaleString('en', { maximumFractionDigits: 6 })}${unit === undefined ? '' : ` ${unit}`}`;
}

/** Returns settings as YAML, one a line with its path. Secrets are left out. */
export function yamlOf(entries: readonly Setting[]): string {
  return entries
    .filter(({ isSecret }) => isSecret !== true)
    .map(({ path, value, source }) => `${path}: ${JSON.stringify(value)}${source === 'default' ? ' # default' : ''}\n`)
    .join('');
}
