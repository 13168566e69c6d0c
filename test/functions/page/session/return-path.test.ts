import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { returnCharactersMax, returnPathOf } from '../../../../functions/page/session/return-path.ts';

const page = 'https://a1b2.execute-api.eu-north-1.amazonaws.com';

describe('the address that a sign-in comes back to', () => {
  it.each([
    '/',
    '/alerts/0b6c?cluster=prod&from=-1h',
    '/machines/prod/host/a.b',
    '/explore?series=a%20b%7Bc%3D%22d%22%7D',
  ])('is %s, if that was asked for', (asked) => {
    expect(returnPathOf(asked)).toBe(asked);
  });

  it.each([
    undefined,
    '',
    'alerts',
    'https://evil.example/',
    'javascript:alert(1)',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    ' //evil.example',
    `/${'a'.repeat(returnCharactersMax)}`,
  ])('is the beginning of the page in place of %j', (asked) => {
    expect(returnPathOf(asked)).toBe('/');
  });

  it('never leads away from the page, and contains no line break', () => {
    const odd = fc.stringMatching(/^[/\\.:@?#%a\t\r\n ]{0,12}$/);
    fc.assert(
      fc.property(fc.oneof(odd, fc.string(), fc.webUrl()), (asked) => {
        const path = returnPathOf(asked);
        expect(new URL(path, page).origin).toBe(page);
        expect(path).toMatch(/^\/[^\r\n\t]*$/);
      }),
      { numRuns: 500 },
    );
  });
});
