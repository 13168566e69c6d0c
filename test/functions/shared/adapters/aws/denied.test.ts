import { describe, expect, it } from 'vitest';
import { deniedError } from '../../../../../functions/shared/adapters/aws/denied.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';

const named = (name: string, message = 'no identity-based policy allows it') =>
  Object.assign(new Error(message), { name });
const of = (error: unknown) => deniedError(error, (reason) => `denied: ${reason}`);

describe('a denial by AWS', () => {
  // The names: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and the models of MSK's client.
  it.each(['AccessDenied', 'AccessDeniedException', 'ForbiddenException', 'UnauthorizedException', 'NotAuthorized'])(
    'is recognised by the name %s, alone and as a cause',
    (name) => {
      const error = named(name);
      const wrapped = new UnavailableError('no answer', { cause: new AggregateError([new Error('x'), error]) });
      for (const each of [error, wrapped]) {
        expect(of(each)).toMatchObject({
          message: 'denied: no identity-based policy allows it',
          isFinal: false,
          cause: each,
        });
      }
    },
  );

  it('is final where a policy denies it explicitly', () => {
    expect(of(named('AccessDenied', 'with an explicit deny in a service control policy'))?.isFinal).toBe(true);
  });

  it.each([named('ThrottlingException'), new Error('AccessDenied'), 'AccessDenied', undefined])('is not %s', (error) =>
    expect(of(error)).toBeUndefined(),
  );
});
