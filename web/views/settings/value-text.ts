import type { Setting } from '../../api/operation-types.ts';

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

/** Returns the value of a setting, a large number with separators. */
export function settingText({ value }: Pick<Setting, 'value'>): string {
  if (typeof value !== 'number') return valueText(value);
  return value.toLocaleString('en', { maximumFractionDigits: 6 });
}
