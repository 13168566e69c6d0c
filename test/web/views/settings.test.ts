import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { settingText, valueText, yamlOf } from '../../../web/views/settings/value-text.ts';

it.each([
  [null, 'none'],
  [['a', 'b'], '[a, b]'],
  [{ match: { dataset: 'x' } }, '{ match: { dataset: x } }'],
  [{}, '{}'],
  [false, 'false'],
])('the value %j is shown as %s', (value, text) => {
  expect(valueText(value)).toBe(text);
});

it('a large number of a setting has separators', () => {
  expect(settingText({ value: 400_000 })).toBe('400,000');
});

it('settings are copied as YAML that can be read, without secrets', () => {
  const base = { description: '', source: 'file' } as const;
  const text = yamlOf([
    { ...base, path: 'alerts.groupWait', value: 30_000, source: 'default' },
    { ...base, path: 'sources', value: [{ match: { dataset: 'a: b' } }] },
    { ...base, path: 'receivers.x.secret', value: null, isSecret: true, isSet: true },
  ]);
  expect(parse(text)).toEqual({ 'alerts.groupWait': 30_000, sources: [{ match: { dataset: 'a: b' } }] });
});
