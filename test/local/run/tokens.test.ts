import { expect, it } from 'vitest';
import { readTokens } from '../../../local/run/tokens.ts';

const secrets = { get: async (reference: string) => `text of ${reference}`.replaceAll(' ', '-') };
const read = (env: Record<string, string>) => readTokens(env, secrets);
const long = 'a-token-of-16-or-more';

it('the tokens come from variables, or from the files that they name', async () => {
  expect(await read({ OFFBEAT_OPERATOR_TOKEN: long })).toEqual({ operator: long });
  expect(await read({ OFFBEAT_VIEWER_TOKEN: 'file:/run/secrets/viewer' })).toEqual({
    viewer: 'text-of-file:/run/secrets/viewer',
  });
  expect(await read({ OFFBEAT_OPERATOR_TOKEN: '' })).toEqual({});
});

it.each([
  ['is short', { OFFBEAT_OPERATOR_TOKEN: 'short' }],
  ['has a space', { OFFBEAT_OPERATOR_TOKEN: 'sixteen characters and more' }],
  ['is that of both roles', { OFFBEAT_OPERATOR_TOKEN: long, OFFBEAT_VIEWER_TOKEN: long }],
])('a token that %s is refused, and not repeated', async (_, env) => {
  const refusal = await read(env as unknown as Record<string, string>).catch((error: Error) => error.message);
  expect(refusal).toMatch(/^OFFBEAT_(OPERATOR|VIEWER)_TOKEN: expected /);
  expect(refusal).not.toContain(Object.values(env)[0]);
});
