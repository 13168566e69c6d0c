import { afterEach, describe, expect, it, vi } from 'vitest';
import { clientOptions } from '../../../../../functions/shared/adapters/kafka/connection.ts';

afterEach(() => vi.unstubAllEnvs());

/** Returns the token with which a client logs in to MSK: a signed request, as a URL in base64url. */
async function tokenFor(region: string): Promise<URL> {
  const sasl = { mechanism: 'AWS_MSK_IAM', region } as const;
  const options = clientOptions({ brokers: ['b-1.example:9098'], tls: {}, sasl }, 'offbeat', 1_000);
  const token = await (options.sasl!.token as () => Promise<string>)();
  expect(token).toMatch(/^[\w-]+$/);
  return new URL(Buffer.from(token, 'base64url').toString());
}

describe('a token for MSK', () => {
  it('a token is signed with the credentials of the environment, for the given region', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'of-a-role');
    const { hostname, searchParams } = await tokenFor('eu-north-1');
    expect(hostname).toBe('kafka.eu-north-1.amazonaws.com');
    expect(searchParams.get('Action')).toBe('kafka-cluster:Connect');
    expect(searchParams.get('X-Amz-Credential')).toMatch(
      /^AKIDEXAMPLE\/\d{8}\/eu-north-1\/kafka-cluster\/aws4_request$/,
    );
    expect(searchParams.get('X-Amz-Security-Token')).toBe('of-a-role');
    expect(searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
    // 15 minutes, the most that MSK takes.
    expect(Number(searchParams.get('X-Amz-Expires'))).toBe(900);
  });

  it('a token uses credentials that changed, as those of a role do', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDONE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    expect((await tokenFor('eu-north-1')).searchParams.get('X-Amz-Credential')).toMatch(/^AKIDONE\//);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDTWO');
    expect((await tokenFor('eu-north-1')).searchParams.get('X-Amz-Credential')).toMatch(/^AKIDTWO\//);
  });
});
