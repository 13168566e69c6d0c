import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RuntimeApi } from './runtime-api.ts';

const version = '2018-06-01';

describe('the Runtime API', () => {
  let api: RuntimeApi;
  beforeEach(async () => {
    api = await RuntimeApi.start({ functionName: 'detect', timeoutMs: 30_000 });
  });
  afterEach(() => api.close());

  const url = (path: string): string => `http://${api.address}/${version}/runtime/${path}`;
  const next = (): Promise<Response> => fetch(url('invocation/next'));
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(url(path), { method: 'POST', body: JSON.stringify(body) });
  const idOf = ({ headers }: Response): string => headers.get('lambda-runtime-aws-request-id')!;

  it('hands over an event with everything that a context contains', async () => {
    const answered = api.invoke({ a: 1 });
    const given = await next();
    expect(await given.json()).toEqual({ a: 1 });
    expect(given.headers.get('lambda-runtime-invoked-function-arn')).toMatch(/:function:detect$/);
    expect(Number(given.headers.get('lambda-runtime-deadline-ms'))).toBeGreaterThan(Date.now());
    expect(given.headers.get('lambda-runtime-trace-id')).toMatch(/^Root=1-/);
    expect((await post(`invocation/${idOf(given)}/response`, { b: 2 })).status).toBe(202);
    expect(await answered).toEqual({ response: { b: 2 } });
  });

  it('is ready once a runtime waits for an event', async () => {
    const given = next();
    await api.ready;
    const answered = api.invoke('late');
    expect(await (await given).json()).toBe('late');
    await fetch(url(`invocation/${idOf(await given)}/response`), { method: 'POST', body: '' });
    expect(await answered).toEqual({ response: null });
  });

  it('hands events over one at a time, in their order', async () => {
    const answers = [api.invoke('first'), api.invoke('second')];
    for (const name of ['first', 'second']) {
      const given = await next();
      expect(await given.json()).toBe(name);
      await post(`invocation/${idOf(given)}/response`, `${name} done`);
    }
    expect(await Promise.all(answers)).toEqual([{ response: 'first done' }, { response: 'second done' }]);
  });

  it('returns an exception as an answer', async () => {
    const answered = api.invoke({});
    const error = { errorType: 'UnavailableError', errorMessage: 'Kafka is away', trace: [] };
    await post(`invocation/${idOf(await next())}/error`, error);
    expect(await answered).toEqual({ error });
  });

  it('fails the invocations that wait for a function that cannot be loaded', async () => {
    const words = 'the function could not be loaded: Runtime.ImportModuleError: Cannot find package';
    const failed = [api.invoke({}), api.ready].map((waiting) => expect(waiting).rejects.toThrow(words));
    const error = { errorType: 'Runtime.ImportModuleError', errorMessage: 'Cannot find package', trace: [] };
    expect((await post('init/error', error)).status).toBe(202);
    await Promise.all(failed);
    await expect(api.invoke({})).rejects.toThrow(words);
  });

  it('fails the running invocation when its runtime ends', async () => {
    const failed = expect(api.invoke({})).rejects.toThrow('killed');
    await next();
    api.end(new Error('killed'));
    await failed;
  });

  it('refuses other paths, and answers to requests that it did not send', async () => {
    expect((await fetch(`http://${api.address}/`)).status).toBe(404);
    expect((await post('invocation/unknown/response', {})).status).toBe(404);
  });
});
