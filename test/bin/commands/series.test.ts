import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ReplayedStore } from '../replayed-store.ts';
import { offbeat } from '../run-cli.ts';

const replayed = new ReplayedStore();
const recording = join(import.meta.dirname, '../../field-cases/inputs/01-perfmon-instances.ndjson.gz');

/** Runs the command on the store of this test, with settings. */
async function series(sources: string, ...args: readonly string[]) {
  const settings = join(replayed.directory, 'offbeat.yaml');
  writeFileSync(settings, `sources: ${sources}\n`);
  return offbeat(['series', '--data', replayed.data, '--settings', settings, ...args]);
}

describe('series', () => {
  beforeEach(async () => {
    await replayed.replayJson(recording);
  });

  it('lists entities, dimensions and facts of each dataset, with the numbers of their values', async () => {
    const { status, stdout, stderr } = await series('[]');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(
      [
        'windows.perfmon  6 series of 2 metrics in 36 samples',
        '  entities    1: recorded/host/WIN-SQL01',
        '  dimensions  instance (3), object (1)',
        '  facts       agent.version (1)',
        '',
      ].join('\n'),
    );
  });

  it('lists only the datasets that match, and prints an object with --json', async () => {
    expect((await series('[]', '--dataset', 'linux.*')).stdout).toBe('no datasets\n');
    const { datasets } = JSON.parse((await series('[]', '--dataset', 'windows.*', '--json')).stdout);
    expect(datasets).toEqual([
      expect.objectContaining({ dataset: 'windows.perfmon', series: 6, dimensions: { instance: 3, object: 1 } }),
    ]);
  });

  it('prints with --names the name of each series, which why reads', async () => {
    const { stdout } = await series('[]', '--names');
    const names = stdout.trimEnd().split('\n');
    expect(names).toHaveLength(6);
    const { status } = await offbeat(['why', names[0]!, '--data', replayed.data]);
    expect(status).toBe(0);
    expect(JSON.parse((await series('[]', '--names', '--json')).stdout)).toEqual({ series: names });
  });

  it('warns of a dataset and of a dimension in the settings that nothing seen has', async () => {
    const sources =
      '[{ match: { dataset: "acme.*" }, ignore: [a] }, { match: { dataset: "windows.*" }, dimensions: [instance, acme.unit] }]';
    const { status, stderr } = await series(sources);
    expect(status).toBe(0);
    expect(stderr.trimEnd().split('\n')).toEqual([
      'warning: sources[0].match: no dataset that was seen matches acme.*',
      'warning: sources[1].dimensions: no document that was seen has acme.unit; its facts are listed above',
    ]);
  });
});
