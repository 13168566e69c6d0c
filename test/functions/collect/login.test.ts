import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flagNames, type LoginOptions } from '../../../functions/collect/check-login.ts';
import { kafkaLogin, refuseLogin, searchLogin } from '../../../functions/collect/login.ts';
import { embeddedSecrets } from '../../../functions/shared/adapters/secrets/embedded.ts';

const deps = { secrets: embeddedSecrets({ PASSWORD: 'right' }), names: flagNames };
const ca = join(import.meta.dirname, '../../support/tls/certificate.pem');
const password = 'env:PASSWORD';

const kafka = (flags: LoginOptions, username?: string, host = 'broker-1') =>
  kafkaLogin({ host, ...(username === undefined ? {} : { username }) }, flags, deps);
const search = (flags: LoginOptions, username?: string, url = 'https://search-1:9200') =>
  searchLogin({ host: new URL(url).hostname, url, ...(username === undefined ? {} : { username }) }, flags, deps);

describe('the log-in of a collection', () => {
  it('is none without flags', async () => {
    expect(await kafka({})).toEqual({});
    expect(await search({})).toEqual({});
  });

  it('at Kafka is SCRAM-SHA-512 if no mechanism is named, with the password by its reference', async () => {
    const { sasl, tls } = await kafka({ password }, 'monitor');
    expect(sasl).toMatchObject({ mechanism: 'SCRAM-SHA-512', username: 'monitor' });
    expect(tls).toBeUndefined();
    expect(await (sasl as { password: () => Promise<string> }).password()).toBe('right');
  });

  it('at Kafka is encrypted by --tls, and by --ca with its certificates', async () => {
    expect((await kafka({ tls: true })).tls).toEqual({});
    expect((await kafka({ ca })).tls!.ca).toContain('BEGIN CERTIFICATE');
  });

  it.each<readonly [string, () => Promise<unknown>, RegExp]>([
    ['a user without a password', () => kafka({}, 'monitor'), /needs --password env:NAME or --password file:PATH/],
    ['a password without a user', () => search({ password }), /--password needs a user in the address/],
    ['a mechanism without a user', () => kafka({ sasl: 'plain' }), /--sasl needs a user/],
    ['a password in clear text to Kafka', () => kafka({ sasl: 'plain', password }, 'u'), /in clear text; add --tls/],
    ['a password in clear text to OpenSearch', () => search({ password }, 'u', 'http://search-1:9200'), /write https:/],
    ['a variable that is not set', () => kafka({ password: 'env:NONE' }, 'u'), /set the environment variable NONE/],
    ['the flags of Kafka at OpenSearch', () => search({ tls: true }), /--sasl and --tls are for Kafka/],
    ['an authority without TLS', () => search({ ca }, undefined, 'http://a:9200'), /--ca needs an address that begins/],
    ['a file that is not there', () => kafka({ ca: '/none.pem' }), /^--ca: cannot read \/none\.pem \(ENOENT\)/],
    ['a storage', async () => refuseLogin({ tls: true }, flagNames), /a storage has no log-in/],
  ])('refuses %s', async (_, login, message) => {
    const failed = await Promise.resolve()
      .then(login)
      .catch((error: Error) => error);
    expect(failed).toMatchObject({ name: 'UsageError', message: expect.stringMatching(message) });
  });

  it('does not repeat a password that was typed in place of its reference', async () => {
    await expect(kafka({ password: 'hunter2' }, 'u')).rejects.toThrow(/^(?!.*hunter2).*expected env:NAME or file:PATH/);
  });

  it('may be in clear text on this machine', async () => {
    expect((await kafka({ sasl: 'plain', password }, 'u', '127.0.0.1')).sasl).toMatchObject({ mechanism: 'PLAIN' });
    expect(await search({ password }, 'u', 'http://127.0.0.1:9200')).toMatchObject({ username: 'u' });
  });
});
