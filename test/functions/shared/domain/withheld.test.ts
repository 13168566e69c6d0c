import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotedOrWithheld, withoutPaths, withoutTokens } from '../../../../functions/shared/domain/withheld.ts';

describe('an address in a message', () => {
  it.each([
    ['cannot post to https://hooks.example.com/T0/B0: 500', 'cannot post to https://hooks.example.com/…: 500'],
    ['https://hooks.example.com?key=1', 'https://hooks.example.com/…'],
    ['https://hooks.example.com#key', 'https://hooks.example.com/…'],
    ['https://me:hidden@hooks.example.com/', 'https://…'],
    ['https://me:hid/den@hooks.example.com', 'https://…'],
    ['amqp://me:hidden@host', 'amqp://…'],
    ['HTTPS://hooks.example.com/T0', 'HTTPS://hooks.example.com/…'],
    ['https:/hooks.example.com/T0', 'https:/hooks.example.com/…'],
    ['https:\\\\hooks.example.com\\T0', 'https:\\\\hooks.example.com/…'],
    ["argument 'https://hooks.example.com/T0' is invalid", "argument 'https://hooks.example.com/…' is invalid"],
    ["https://hooks.example.com/T'0/B0", 'https://hooks.example.com/…'],
    ['(https://hooks.example.com/T0), https://b.example/c', '(https://hooks.example.com/…), https://b.example/…'],
  ])('of the address %s at most the host is shown', (text, shown) => {
    expect(withoutPaths(text)).toBe(shown);
  });

  it.each([
    'nothing answers at http://127.0.0.1:1; run "npx offbeat start"',
    'expected an address such as http://127.0.0.1:8787.',
    'expected an http:// or https:// address',
    'expected https: use it',
    'https://hooks.example.com/… as it was left before',
    'at file:///srv/offbeat/bin/offbeat.ts:12:3',
    'there is no store in /var/lib/offbeat',
  ])('%s is unchanged', (text) => {
    expect(withoutPaths(text)).toBe(text);
  });

  it('path, query, user name and password of an address are never shown, whatever text is around it', () => {
    const around = fc.constantFrom('', ' ', '"', "'", '(', 'a ', ': ', '; ', '[');
    const secret = fc.stringMatching(/^[A-Za-z0-9._~%!$&()*+=-]{0,10}SECRET[A-Za-z0-9._~%!$&'()*+,;=-]{0,10}$/);
    const address = fc
      .tuple(secret, fc.constantFrom('http', 'https', 'ftp', 'kafka'), fc.nat({ max: 3 }))
      .map(
        ([text, scheme, place]) =>
          [
            `${scheme}://h.example/${text}`,
            `${scheme}://h.example/?${text}`,
            `${scheme}://h.example#${text}`,
            `${scheme}://u:${text}@h.example`,
          ][place]!,
      );
    fc.assert(
      fc.property(around, address, around, (before, text, after) => {
        expect(withoutPaths(before + text + after)).not.toContain('SECRET');
      }),
    );
  });
});

describe('what was typed at a command line', () => {
  it.each([
    ["unknown command 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'", "unknown command '…'"],
    ['0123456789abcdef0123456789abcdef', '…'],
    ["option '--replay <file>' argument 'events/recordings/x' is invalid", undefined],
    ["unknown option '--a-very-long-option-of-many-words-that-do-not-exist'", undefined],
  ])('no token is shown of %s', (text, shown = text) => {
    expect(withoutTokens(text)).toBe(shown);
  });
});

describe('a value that is wrong', () => {
  it.each([
    ['localhost:9200', '"localhost:9200"'],
    ['a\u202eb', '"a\\u202eb"'],
    ['x'.repeat(25), 'a value that is not shown here'],
    ['hooks.example.com/T0', 'a value that is not shown here'],
    ['me:hidden@host', 'a value that is not shown here'],
  ])('the value %s is quoted unless it may be a secret', (value, shown) => {
    expect(quotedOrWithheld(value)).toBe(shown);
  });
});
