import { expect, it } from 'vitest';
import { minuteMs } from '../../../functions/shared/domain/durations.ts';
import { selfCheckOf } from '../../../local/run/chores.ts';

it('Offbeat reports on itself each minute, and not before the first heartbeats have passed its stages', async () => {
  const invoked: string[] = [];
  const chore = selfCheckOf({ invoke: async (name) => invoked.push(name) });
  expect(chore).toMatchObject({ periodMs: minuteMs, startsAfterMs: minuteMs });
  await chore.run();
  expect(invoked).toEqual(['self-check']);
});
