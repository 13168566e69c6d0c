import { setImmediate as afterInput } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Turns } from '../../../../functions/shared/time/event-loop.ts';

describe('turns', () => {
  it('let one piece of work continue, then answer requests, then let the next one continue', async () => {
    const turns = new Turns();
    const order: string[] = [];
    const work = async (name: string): Promise<void> => {
      for (let nth = 0; nth < 2; nth += 1) {
        await turns.next();
        order.push(name);
      }
    };
    const other = async (): Promise<void> => {
      for (let nth = 0; nth < 4; nth += 1) {
        await afterInput();
        order.push('other');
      }
    };
    await Promise.all([work('a'), work('b'), other()]);
    expect(order.join(' ')).toMatch(/^a (other )?b (other )?a (other )?b/);
    expect(order.indexOf('other')).toBeLessThan(order.lastIndexOf('b'));
  });

  it('are over after 10 ms, and not when they have just begun', async () => {
    const turns = new Turns();
    await turns.next();
    expect(turns.isOver).toBe(false);
    const beganMs = performance.now();
    while (!turns.isOver) expect(performance.now() - beganMs).toBeLessThan(10_000);
  });
});
