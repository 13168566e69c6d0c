import { describe, expect, it } from 'vitest';
import { originsOf, signInSettingsOf } from '../../../functions/page/environment.ts';

const env = {
  OFFBEAT_PAGE_ORIGINS: 'https://a1b2.execute-api.eu-north-1.amazonaws.com,https://offbeat.example.com',
  OFFBEAT_SIGN_IN_URL: 'https://login.example.com/',
  OFFBEAT_SIGN_IN_ISSUER: 'https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_a',
  OFFBEAT_SIGN_IN_CLIENT_ID: 'client',
  OFFBEAT_SIGN_IN_SECONDS: '604800',
};

describe('the environment of the page', () => {
  it('names the user pool, and the origins at which the page is reached', () => {
    expect(originsOf(env)).toEqual(env.OFFBEAT_PAGE_ORIGINS.split(','));
    expect(signInSettingsOf(env)).toEqual({
      url: 'https://login.example.com',
      issuer: env.OFFBEAT_SIGN_IN_ISSUER,
      clientId: 'client',
      sessionSeconds: 604_800,
    });
  });

  it.each(Object.keys(env))('is refused without %s, by its name', (name) => {
    const without = { ...env, [name]: undefined };
    expect(() => [originsOf(without), signInSettingsOf(without)]).toThrow(`${name} is not set: expected`);
  });

  it.each([
    ['OFFBEAT_PAGE_ORIGINS', 'https://a/,https://b'],
    ['OFFBEAT_PAGE_ORIGINS', 'offbeat.example.com'],
    ['OFFBEAT_PAGE_ORIGINS', 'https://a,'],
    ['OFFBEAT_SIGN_IN_URL', 'login.example.com'],
    ['OFFBEAT_SIGN_IN_SECONDS', '7d'],
  ])('is refused with %s: %s', (name, value) => {
    const wrong = { ...env, [name]: value };
    expect(() => [originsOf(wrong), signInSettingsOf(wrong)]).toThrow(`${name}: expected`);
  });
});
