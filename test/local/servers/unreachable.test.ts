import { describe, expect, it } from 'vitest';
import { UnavailableError, UsageError } from '../../../functions/shared/domain/errors.ts';
import { reachServer } from '../../../local/servers/unreachable.ts';

const server = { variable: 'OFFBEAT_X', credentials: 'set KEY', trust: 'name its CA' };

async function complaintOf(thrown: unknown): Promise<Error> {
  return reachServer(server, () => Promise.reject(thrown)).then(
    () => new Error('it was reached'),
    (error: Error) => error,
  );
}

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

describe('a server that a start needs', () => {
  it('returns the value of its call', async () => {
    expect(await reachServer(server, async () => 3)).toBe(3);
  });

  it.each([
    ['does not answer', new UnavailableError('X: ECONNREFUSED'), 'start it, or unset OFFBEAT_X to do without it'],
    ['has no answer to 401', new UnavailableError('OpenSearch answers 401'), 'it refuses the credentials: set KEY'],
    [
      'answers 403 without a reason',
      new Error('S3, look: the answer is 403 and does not say why'),
      'it refuses the credentials: set KEY',
    ],
    ['takes no such token', new UnavailableError('ILLEGAL_SASL_STATE: no'), 'it refuses the credentials: set KEY'],
    [
      'gets none to sign with',
      new UnavailableError('Could not load credentials'),
      'Could not load credentials; set KEY',
    ],
    ['finds no credentials here', named('CredentialsProviderError', 'none'), 'none; set KEY'],
    [
      'logs in otherwise',
      new UnavailableError('UNSUPPORTED_SASL_MECHANISM: no'),
      'it refuses the credentials: set KEY',
    ],
    ['knows no such key', named('InvalidClientTokenId', 'no'), 'it refuses the credentials: set KEY'],
    ['takes no such password', new UnavailableError('SASL authentication failed.'), 'refuses the credentials: set KEY'],
    ['forbids a thing', named('AccessDeniedException', 'no'), 'it does not allow that: docs/on-premises.md lists'],
    ['forbids a topic', new UnavailableError('TOPIC_AUTHORIZATION_FAILED: no'), 'it does not allow that'],
    ['answers 403', new UnavailableError('OpenSearch answers 403'), 'it does not allow that'],
    ['is signed by who knows', new UnavailableError('self-signed certificate'), 'certificate is not trusted: name its'],
    ['speaks TLS alone', new UnavailableError('Broker requires TLS.'), 'set OFFBEAT_KAFKA_TLS=yes'],
    [
      'wants a log-in',
      new UnavailableError('Kafka: topics: Connection closed'),
      'it closed the connection: OFFBEAT_KAFKA_TLS and',
    ],
    ['is something else', new Error('OpenSearch answers 404'), 'OpenSearch answers 404; see docs/on-premises.md'],
    ['finds the request wrong', named('ValidationException', 'no such name'), 'see docs/on-premises.md'],
  ])('is named with what to do where it %s', async (_what, thrown, remedy) => {
    const { message } = await complaintOf(thrown);
    expect(message).toContain(`OFFBEAT_X: ${thrown.message}; `);
    expect(message).toContain(remedy);
  });

  it('is reported in one line, whatever its error is, with the original as the cause', async () => {
    const thrown = new UnavailableError('first\nsecond\nthird');
    const complaint = await complaintOf(thrown);
    expect(complaint).toBeInstanceOf(UnavailableError);
    expect(complaint.message).toBe('OFFBEAT_X: first; start it, or unset OFFBEAT_X to do without it');
    expect(complaint.cause).toBe(thrown);
    expect((await complaintOf('a word')).message).toBe('OFFBEAT_X: a word; see docs/on-premises.md');
  });

  it('does not read the number of a port as a status', async () => {
    const { message } = await complaintOf(new UnavailableError('connect ECONNREFUSED 127.0.0.1:401'));
    expect(message).toContain('start it');
  });

  it('throws a UsageError unchanged', async () => {
    const wrong = new UsageError('OFFBEAT_Y: expected yes or no');
    expect(await complaintOf(wrong)).toBe(wrong);
  });
});
