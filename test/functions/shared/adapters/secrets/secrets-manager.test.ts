import { inspect } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { secretKeptMs, secretsOf } from '../../../../../functions/shared/adapters/secrets/secrets-manager.ts';
import { UnavailableError, UsageError } from '../../../../../functions/shared/domain/errors.ts';
import { failureOf, jsonAnswer, jsonError, type Script, scriptedAws } from '../../../../support/scripted-aws.ts';

// The contract of all secrets is tested on a real server in test/real/aws-contract.test.ts.

const aws = scriptedAws();

async function secretsBy(script: readonly Script[], env: Record<string, string> = {}, timeoutMs?: number) {
  const client = new SecretsManagerClient(await aws.answer(script));
  const clock = { nowMs: 0 };
  const timing = timeoutMs === undefined ? {} : { timeoutMs };
  return { clock, secrets: secretsOf(env, { client, now: () => clock.nowMs, ...timing }) };
}

const reference = 'secretsmanager:offbeat/pager';
const text = (SecretString: string): Script => jsonAnswer({ Name: 'offbeat/pager', SecretString });

describe('a secret of Secrets Manager', () => {
  it('a secret is read once a minute, and is then the current one', async () => {
    const { secrets, clock } = await secretsBy([text('old'), text('new')]);
    expect(await secrets.get(reference)).toBe('old');
    clock.nowMs = secretKeptMs - 1;
    expect(await secrets.get(reference)).toBe('old');
    clock.nowMs = secretKeptMs;
    expect(await secrets.get(reference)).toBe('new');
    expect(aws.bodies).toEqual([{ SecretId: 'offbeat/pager' }, { SecretId: 'offbeat/pager' }]);
  });

  it('callers at the same time share one request', async () => {
    const { secrets } = await secretsBy([text('s3cret')]);
    expect(await Promise.all([1, 2, 3].map(() => secrets.get(reference)))).toEqual(['s3cret', 's3cret', 's3cret']);
    expect(aws.calls).toHaveLength(1);
  });

  it('a secret is read again after a failure', async () => {
    const { secrets } = await secretsBy([jsonError('ThrottlingException'), text('s3cret')]);
    expect(await failureOf(secrets.get(reference))).toBeInstanceOf(UnavailableError);
    expect(await secrets.get(reference)).toBe('s3cret');
  });

  it('a secret may be named by its ARN', async () => {
    const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:pager-AbCdEf';
    const { secrets } = await secretsBy([text('s3cret')]);
    expect(await secrets.get(`secretsmanager:${arn}`)).toBe('s3cret');
    expect(aws.bodies).toEqual([{ SecretId: arn }]);
  });

  it('a secret is returned without the white space around it', async () => {
    expect(await (await secretsBy([text(' whsec_old\nwhsec_new \n')])).secrets.get(reference)).toBe(
      'whsec_old\nwhsec_new',
    );
  });

  it.each<[string, Script, string]>([
    ['is not there', jsonError('ResourceNotFoundException'), 'does not exist'],
    ['is empty', text(' \n'), 'is empty: give it a value'],
    ['is binary', jsonAnswer({ SecretBinary: 'AAAA' }), 'is binary: store it as text'],
  ])('a secret that %s is reported with its remedy', async (_case, script, words) => {
    const error = await failureOf((await secretsBy([script])).secrets.get(reference));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(`secret ${reference} `);
    expect(error.message).toContain(words);
  });

  it('a secret that does not arrive in time may be read again', async () => {
    const error = await failureOf((await secretsBy([() => 'silence'], {}, 50)).secrets.get(reference));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain(`Secrets Manager, read ${reference}: `);
  });

  it('a secret that may not be read is reported, and blocks', async () => {
    const { secrets } = await secretsBy([jsonError('AccessDeniedException')]);
    const error = await failureOf(secrets.get(reference));
    expect(error).not.toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ name: 'AccessDeniedException' });
    expect(error.message).toContain(reference);
  });

  it.each<[string, string]>([
    ['is cut short', '{"SecretString":"hunter2hunter2'],
    ['is no JSON', 'hunter2hunter2'],
    ['goes on after its end', '{"SecretString":"hunter2hunter2"} hunter2'],
  ])('no error or cause contains the secret when an answer %s', async (_case, body) => {
    const { secrets } = await secretsBy([() => ({ status: 200, body })]);
    const error = await failureOf(secrets.get(reference));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toBe(`Secrets Manager, read ${reference}: the answer cannot be read`);
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain('hunter2');
  });

  it('no error contains the secret when a failure repeats it', async () => {
    // The SDK copies all fields of such an answer to its error.
    const { secrets } = await secretsBy([jsonError('InternalServiceError', { SecretString: 'hunter2' }, 500)]);
    const error = await failureOf(secrets.get(reference));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain('hunter2');
  });

  it('a secret that was pasted in place of a reference is not repeated', async () => {
    const { secrets } = await secretsBy([text('s3cret')]);
    for (const pasted of ['hunter2', 'secretsmanager:', 'secretsmanager:#hunter2', 'secretsmanager:x#']) {
      const error = await failureOf(secrets.get(pasted));
      expect(error).toBeInstanceOf(UsageError);
      expect(error.message).not.toContain('hunter2');
    }
    expect(aws.calls).toEqual([]);
  });
});

describe('one key of a secret of Secrets Manager', () => {
  const login = text('{"username":"offbeat","password":" s3cret ","port":9096}');

  it('a key is returned without the white space around it; one request serves all keys of a secret', async () => {
    const { secrets } = await secretsBy([login]);
    const [username, password] = [`${reference}#username`, `${reference}#password`];
    expect(await Promise.all([secrets.get(username), secrets.get(password)])).toEqual(['offbeat', 's3cret']);
    expect(aws.bodies).toEqual([{ SecretId: 'offbeat/pager' }]);
  });

  it('a key is the current one a minute later', async () => {
    const { secrets, clock } = await secretsBy([login, text('{"password":"new"}')]);
    await secrets.get(`${reference}#password`);
    clock.nowMs = secretKeptMs;
    expect(await secrets.get(`${reference}#password`)).toBe('new');
  });

  it.each<[string, string, string, string]>([
    ['is not there', 'token', '{"password":"hunter2"}', 'has no text under "token": expected { "token": "…" }'],
    ['is only inherited', 'toString', '{}', 'has no text under "toString"'],
    ['is a number', 'port', '{"port":9096}', 'has no text under "port"'],
    ['is empty', 'password', '{"password":" "}', 'is empty: give it a value'],
    ['is wanted of a text that is no JSON', 'password', 'hunter2 {', 'is no JSON object'],
    ['is wanted of a list', '0', '["hunter2"]', 'is no JSON object'],
  ])('a key that %s is reported with its remedy, and nothing of the secret', async (_case, key, stored, words) => {
    const error = await failureOf((await secretsBy([text(stored)])).secrets.get(`${reference}#${key}`));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(`secret ${reference}#${key} ${words}`);
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain('hunter2');
  });
});

describe('a secret that is named by env: or file:', () => {
  it('a secret with env: or file: is read on this machine, and AWS is not asked', async () => {
    const { secrets } = await secretsBy([text('s3cret')], { PAGER: 'from here' });
    expect(await secrets.get('env:PAGER')).toBe('from here');
    expect(await failureOf(secrets.get('file:/nowhere/at/all'))).toBeInstanceOf(UsageError);
    expect(aws.calls).toEqual([]);
  });
});
