import { describe, expect, it } from 'vitest';
import { FencedError } from '../../../../functions/shared/domain/errors.ts';
import { logDetails } from '../../../../functions/shared/handler/log-details.ts';

describe('what may stand in a log line', () => {
  it('is all of plain details', () => {
    const details = { stage: 'detect', offsets: [1, 2], at: { topic: 'samples', last: null }, ok: true };
    expect(logDetails(details)).toEqual(details);
  });

  it('is of an error its name, message, stack and code, and not what a client hung on it', () => {
    const error = Object.assign(new FencedError('lost', { cause: new Error('secret') }), {
      $response: { body: 'secret' },
    });
    expect(logDetails({ deep: [{ error }] })).toEqual({
      deep: [{ error: { name: 'FencedError', message: 'lost', stack: error.stack, code: 'FENCED' } }],
    });
  });

  it('is of an error without a code the rest', () => {
    const error = new TypeError('odd');
    expect(logDetails(error)).toEqual({ name: 'TypeError', message: 'odd', stack: error.stack });
  });

  it.each([
    ['bytes', Buffer.from('payload'), '7 bytes'],
    ['an instance', new URL('https://hooks.example/secret'), 'a URL'],
    ['a map', new Map([['password', 'secret']]), 'a Map'],
  ])('is of %s no content', (_name, value, told) => {
    expect(logDetails({ value })).toEqual({ value: told });
  });

  it('is of an address the host, in errors and their stacks too', () => {
    const error = new Error('cannot post to https://hooks.example/secret');
    expect(JSON.stringify(logDetails({ error, url: 'https://hooks.example/secret' }))).not.toContain('secret');
    expect(logDetails('cannot post to https://hooks.example/secret')).toBe('cannot post to https://hooks.example/…');
  });

  it('is of a long text the beginning', () => {
    const told = logDetails('x'.repeat(100_000));
    expect(told).toMatch(/^x+…$/);
    expect(String(told).length).toBeLessThan(5_000);
  });

  it('is of a long list the beginning', () => {
    expect(logDetails(Array.from({ length: 1_000 }, (_, index) => index))).toHaveLength(100);
  });

  it('ends somewhere, though the details hold themselves', () => {
    const details: Record<string, unknown> = {};
    details.self = details;
    expect(JSON.stringify(logDetails(details))).toContain('…');
  });
});
