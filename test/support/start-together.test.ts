import { describe, expect, it } from 'vitest';
import { startTogether } from './start-together.ts';

/** A server that can be started later. */
class Server {
  isClosed = false;
  readonly #started = Promise.withResolvers<Server>();
  readonly started = this.#started.promise;

  start(): void {
    this.#started.resolve(this);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

describe('servers that are started together', () => {
  it('are returned in order, with what has no end', async () => {
    const [first, second] = [new Server(), new Server()];
    const starting = startTogether([first.started, Promise.resolve('queue'), second.started]);
    second.start();
    first.start();
    expect(await starting).toEqual([first, 'queue', second]);
    expect([first.isClosed, second.isClosed]).toEqual([false, false]);
  });

  it('are all closed where one fails, also one that starts afterwards', async () => {
    const [early, late] = [new Server(), new Server()];
    early.start();
    const starting = startTogether([early.started, Promise.reject(new Error('no port')), late.started]);
    late.start();
    await expect(starting).rejects.toThrow('no port');
    expect([early.isClosed, late.isClosed]).toEqual([true, true]);
  });

  it('fail with the first error, even if a server cannot be closed', async () => {
    const stuck = { close: () => Promise.reject(new Error('stuck')) };
    await expect(startTogether([Promise.resolve(stuck), Promise.reject(new Error('no port'))])).rejects.toThrow(
      'no port',
    );
  });
});
