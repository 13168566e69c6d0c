import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../../functions/shared/domain/settings.ts';
import { withPageUrl } from '../../../../functions/shared/environment/page-url.ts';

const url = 'https://a1b2.execute-api.eu-north-1.amazonaws.com';
const urlOf = (publicUrl: string | undefined, env: Readonly<Record<string, string>>): string | undefined =>
  withPageUrl({ settings: { ...defaultSettings, ...(publicUrl !== undefined && { publicUrl }) } }, env).settings
    .publicUrl;

describe('the address of the page in messages', () => {
  it('is that of the settings, or else the one that the deployment has made, or none', () => {
    expect(urlOf('https://offbeat.example.com', { OFFBEAT_PAGE_URL: url })).toBe('https://offbeat.example.com');
    expect(urlOf(undefined, { OFFBEAT_PAGE_URL: url })).toBe(url);
    expect(urlOf(undefined, {})).toBeUndefined();
  });

  it('is refused if it is none', () => {
    expect(() => urlOf(undefined, { OFFBEAT_PAGE_URL: 'a1b2' })).toThrow(
      'OFFBEAT_PAGE_URL: expected an http:// or https:// address',
    );
  });
});
