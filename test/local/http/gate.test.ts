import { describe, expect, it } from 'vitest';
import { Gate } from '../../../local/http/gate.ts';

/** A time that is far longer than a test, ms. */
const waitMsMax = 600_000;

const never = new AbortController().signal;

/** A request that the test answers. */
function question(asked: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const ask = () => {
    asked.push(name);
    return promise;
  };
  return { ask, answer: () => resolve(name), fail: () => reject(new Error(name)) };
}

describe('a gate', () => {
  it('runs as many as its limit, lets others wait in their order, and refuses those above both limits', async () => {
    const asked: string[] = [];
    const gate = new Gate({ atOnce: 1, waitingMax: 2, waitMsMax });
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => question(asked, name));
    const answers = [a!, b!, c!].map(({ ask }) => gate.run(ask, never));
    await expect(gate.run(d!.ask, never)).rejects.toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    expect(asked).toEqual(['a']);
    a!.answer();
    expect(await answers[0]).toBe('a');
    b!.answer();
    expect(await answers[1]).toBe('b');
    c!.answer();
    expect(await answers[2]).toBe('c');
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  it('runs the next request after one that failed', async () => {
    const asked: string[] = [];
    const gate = new Gate({ atOnce: 1, waitingMax: 1, waitMsMax });
    const [a, b] = [question(asked, 'a'), question(asked, 'b')];
    const [first, second] = [gate.run(a.ask, never), gate.run(b.ask, never)];
    a.fail();
    await expect(first).rejects.toThrow('a');
    b.answer();
    expect(await second).toBe('b');
  });

  it('leaves out a request whose client has left, which counts for no limit', async () => {
    const asked: string[] = [];
    const gate = new Gate({ atOnce: 1, waitingMax: 1, waitMsMax });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => question(asked, name));
    const left = new AbortController();
    const first = gate.run(a!.ask, never);
    const second = gate.run(b!.ask, left.signal);
    left.abort();
    const third = gate.run(c!.ask, never);
    a!.answer();
    c!.answer();
    expect([await first, await third]).toEqual(['a', 'c']);
    // It never runs, because its client has left.
    await Promise.race([second.catch(() => {}), Promise.resolve()]);
    expect(asked).toEqual(['a', 'c']);
  });

  it('refuses a request whose turn does not come in time, which never runs, and lets the next one in', async () => {
    const asked: string[] = [];
    const gate = new Gate({ atOnce: 1, waitingMax: 2, waitMsMax: 1 });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => question(asked, name));
    const first = gate.run(a!.ask, never);
    const late = { status: 503, headers: { 'retry-after': '1' }, message: expect.stringContaining('no turn within') };
    await expect(gate.run(b!.ask, never)).rejects.toMatchObject(late);
    a!.answer();
    await first;
    c!.answer();
    expect(await gate.run(c!.ask, never)).toBe('c');
    expect(asked).toEqual(['a', 'c']);
  });
});
