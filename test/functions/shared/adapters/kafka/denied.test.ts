import { AuthenticationError, MultipleErrors, NetworkError, ProtocolError } from '@platformatic/kafka';
import { describe, expect, it } from 'vitest';
import { deniedByBroker } from '../../../../../functions/shared/adapters/kafka/denied.ts';
import { unavailable } from '../../../../../functions/shared/adapters/kafka/errors.ts';

const failedLogin = (message: string) =>
  new AuthenticationError('SASL authentication failed.', {
    cause: new MultipleErrors('Received response with error', [
      new ProtocolError('SASL_AUTHENTICATION_FAILED', message),
    ]),
  });
const secretDenied = Object.assign(new Error('Secrets Manager, read x: no'), { name: 'AccessDeniedException' });
const refused = (error: unknown) => unavailable('Kafka: creating topics', error);

describe('a denial by the brokers', () => {
  it.each([
    ['a topic that may not be created', new MultipleErrors('x', [new ProtocolError('TOPIC_AUTHORIZATION_FAILED')])],
    ['groups that may not be looked at', new MultipleErrors('x', [new ProtocolError('GROUP_AUTHORIZATION_FAILED')])],
    ['ACLs that may not be set', new ProtocolError('CLUSTER_AUTHORIZATION_FAILED')],
    ['a role that may not log in', failedLogin('[551e2ed2]: Access denied')],
    ['a secret that may not be read', new NetworkError('Connection failed.', { cause: secretDenied })],
  ])('is recognised by %s', (_what, error) => {
    const found = deniedByBroker(refused(error));
    expect(found).toMatchObject({ isFinal: false });
    expect(found!.message).toMatch(/^Kafka: creating topics: .+: allow the role of this function what docs\/security/);
  });

  it.each([
    ['a wrong password', failedLogin('Authentication failed during authentication due to invalid credentials')],
    ['a broker that is down', new NetworkError('Connection to b:1 failed.')],
    ['a topic of another size', new ProtocolError('INVALID_PARTITIONS')],
  ])('is not %s', (_what, error) => expect(deniedByBroker(refused(error))).toBeUndefined());
});
