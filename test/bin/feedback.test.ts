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
    const { stdout, stderr, status } = await offbeat(['feedback', alert.id, 'expected', '--data', store.data]);
    expect(stdout).toMatch(/^nothing changes by itself; .*\ncatalogue:\n/);
    expect(stderr).toContain('the judgement is not kept, because it is about a resolved alert of a replay: ');
    expect(status).toBe(1);
  });

  it('may be about one of its anomalies', async () => {
    const { stdout, stderr } = await offbeat(['feedback', alert.anomalies[0]!, 'noise', '--data', store.data]);
    expect(stderr).toContain(alert.title);
    expect(stdout).toContain('catalogue:\n');
  });

  it('proposes nothing for what was useful', async () => {
    const { stdout } = await offbeat(['feedback', alert.id, 'useful', '--data', store.data]);
    expect(stdout).toBe('');
  });

  it('says what the setting would have done to the stored samples', async () => {
    const { stdout } = await offbeat(['feedback', alert.id, 'noise', '--data', store.data]);
    expect(stdout).toMatch(
      /over 300 samples from .* to .*\n {2}1 page without it, 0 with it; this alert would be gone\n {2}gone: /,
    );
  });

  it('prints one JSON object with the setting and what it would have done', async () => {
    const { stdout } = await offbeat(['feedback', alert.id, 'noise', '--data', store.data, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      alert: alert.id,
      isKept: false,
      proposal: { lines: ['catalogue:', expect.any(String), expect.any(String)] },
      preview: { samples: 300, pagesWithout: 1, pagesWith: 0, alert: 'gone', usefulGone: [] },
    });
  });

  it('tries no edge whose cause is not filled in, and says so', async () => {
    const { stdout } = await offbeat(['feedback', alert.id, 'wrong cause', '--data', store.data]);
    expect(stdout).toContain('what it would have done is not known: the edge needs the cause, which you fill in\n');
  });
});
