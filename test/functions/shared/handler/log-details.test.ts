import { describe, expect, it } from 'vitest';
import { FencedError } from '../../../../functions/shared/domain/errors.ts';
import { logDetails } from '../../../../functions/shared/handler/log-details.ts';

describe('what may stand in a log line', () => {
  it('a log line contains all of plain details', () => {
    const details = { stage: 'detect', offsets: [1, 2], at: { topic: 'samples', last: null }, ok: true };
    expect(logDetails(details)).toEqual(details);
  });

  it('a log line contains the name, message, stack and code of an error, and no other field', () => {
    const error = Object.assign(new FencedError('lost', { cause: new Error('secret') }), {
      $response: { body: 'secret' },
    });
    expect(logDetails({ deep: [{ error }] })).toEqual({
      deep: [{ error: { name: 'FencedError', message: 'lost', stack: error.stack, code: 'FENCED' } }],
    });
  });

  it('a log line contains an error without a code', () => {
    const error = new TypeError('odd');
    expect(logDetails(error)).toEqual({ name: 'TypeError', message: 'odd', stack: error.stack });
  });

  it.each([
    ['bytes', Buffer.from('payload'), '7 bytes'],
    ['an instance', new URL('https://hooks.example/secret'), 'a URL'],
    ['a map', new Map([['password', 'secret']]), 'a Map'],
  ])('a log line contains no content of %s', (_name, value, logged) => {
    expect(logDetails({ value })).toEqual({ value: logged });
  });

  it('a log line contains only the host of an address, also in errors and their stacks', () => {
    const error = new Error('cannot post to https://hooks.example/secret');
    expect(JSON.stringify(logDetails({ error, url: 'https://hooks.example/secret' }))).not.toContain('secret');
    expect(logDetails('cannot post to https://hooks.example/secret')).toBe('cannot post to https://hooks.example/…');
  });

  it('a log line contains the beginning of a long text', () => {
    const logged = logDetails('x'.repeat(100_000));
    expect(logged).toMatch(/^x+…$/);
    expect(String(logged).length).toBeLessThan(5_000);
  });

  it('a log line contains the beginning of a long list', () => {
    expect(logDetails(Array.from({ length: 1_000 }, (_, index) => index))).toHaveLength(100);
  });

  it('a log line is finite although the details contain themselves', () => {
    const details: Record<string, unknown> = {};
    details.self = details;
    expect(JSON.stringify(logDetails(details))).toContain('…');
  });
});
