import { describe, expect, it } from 'vitest';
import { callerOf } from '../../../functions/api/caller.ts';

const byToken = (claims: object) => callerOf({ authorizer: { jwt: { claims, scopes: null } } });

describe('a caller', () => {
  it.each([
    ['nothing of an authorizer', {}],
    ['null in its place', { authorizer: null }],
  ])('is an operator without a name where nobody is asked to log in: %s', (_words, context) => {
    expect(callerOf(context)).toEqual({ isPerson: false, role: 'operator', signIn: 'none' });
  });

  it.each([
    ['a list', { sub: 'ada', 'cognito:groups': ['on-call', 'operator'] }, 'operator'],
    ['a text, as API Gateway passes it on', { sub: 'ada', 'cognito:groups': '[on-call operator]' }, 'operator'],
    ['other groups', { sub: 'ada', 'cognito:groups': '[operators]' }, 'viewer'],
    ['no groups', { sub: 'ada' }, 'viewer'],
    ['something that is no group', { sub: 'ada', 'cognito:groups': { operator: true } }, 'viewer'],
    ['an empty address beside', { sub: 'ada', email: '' }, 'viewer'],
    ['an address that is no text', { sub: 'ada', email: ['ada@example.org'] }, 'viewer'],
    ['no subject', { client_id: 'script' }, 'viewer'],
    ['no claim at all', {}, 'viewer'],
  ])('with a token is an operator only by the group, which is %s', (_words, claims, role) => {
    expect(byToken(claims)).toMatchObject({ role, signIn: 'cognito' });
  });

  it('with a token that names nobody is not one person', () => {
    expect(byToken({})).toEqual({ isPerson: false, role: 'viewer', signIn: 'cognito' });
    expect(byToken({ sub: 'u-1', email: '' })).toMatchObject({ name: 'u-1', identity: 'u-1', isPerson: true });
  });

  it.each([
    ['none', null],
    ['facts without a principal', { plan: 'gold' }],
  ])('is an operator where another authorizer has let them in, and says of them %s', (_words, lambda) => {
    expect(callerOf({ authorizer: { lambda } })).toEqual({ isPerson: false, role: 'operator', signIn: 'other' });
  });

  it.each([{}, 'ada', 5, { jwt: null }, { jwt: {} }, { iam: {} }, { offbeat: { role: 'root', signIn: 'none' } }])(
    'whom the door has checked in a way that is not known reads only: %j',
    (authorizer) => {
      expect(callerOf({ authorizer })).toEqual({ isPerson: false, role: 'viewer', signIn: 'other' });
    },
  );
});
