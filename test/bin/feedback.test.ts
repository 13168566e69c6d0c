import { beforeEach, describe, expect, it } from 'vitest';
import { ReplayedStore } from './replayed-store.ts';
import { offbeat } from './run-cli.ts';

const store = new ReplayedStore();
let alert: { readonly id: string; readonly title: string; readonly anomalies: readonly string[] };
beforeEach(async () => {
  await store.replayJson(store.recordingWith());
  [alert] = JSON.parse((await offbeat(['alerts', '--json', '--data', store.data])).stdout).alerts;
});

describe('feedback about a resolved alert of a replay, in a store that no process uses', () => {
  it('is not kept, and proposes the setting that would have changed it all the same', async () => {
    const { stdout } = await offbeat(['feedback', alert.id, 'expected', '--data', store.data]);
    expect(stdout).toMatch(
      /^not kept, because it is a resolved alert of a replay: .*\nnothing changes by itself; .*\ncatalogue:\n/,
    );
  });

  it('may be about one of its anomalies', async () => {
    const { stdout } = await offbeat(['feedback', alert.anomalies[0]!, 'noise', '--data', store.data]);
    expect(stdout).toContain(alert.title);
    expect(stdout).toContain('catalogue:\n');
  });

  it('proposes nothing for what was useful', async () => {
    const { stdout } = await offbeat(['feedback', alert.id, 'useful', '--data', store.data]);
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });
});
