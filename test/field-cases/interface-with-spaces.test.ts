import { afterAll, describe, expect, it } from 'vitest';
import { settingsOf } from '../../bin/options.ts';
import { openEmbedded } from '../../local/embedded.ts';
import { toApiGateway } from '../../local/http/api-gateway.ts';
import { offbeat } from '../bin/run-cli.ts';
import { CaseFolders } from './case-folders.ts';

const folders = new CaseFolders();
afterAll(() => folders.remove());

const typed = 'recorded/host/WIN-FS01 system.network.in.bytes{interface=vEthernet (Default Switch)}';

describe('an interface whose name has spaces and parentheses (elastic/beats#21125)', () => {
  it('is explained by its name as it is typed, minute by minute and with its anomaly', async () => {
    const { data } = await folders.replay('19-interface-with-spaces');
    const why = await offbeat(['why', typed, '--data', data]);
    expect(why.stderr).toBe('');
    expect(why.status).toBe(0);
    expect(why.stdout).toContain(typed);
    expect(why.stdout).toContain('off: 90 MB/s seen');
    expect(why.stdout).toContain('anomaly since 2026-11-23 15:20:00 UTC');
  });

  it('has points in /api/samples, and /api/series lists the text that was typed', async () => {
    const { data } = await folders.replay('19-interface-with-spaces');
    const embedded = await openEmbedded({ dataDir: data, settings: settingsOf({}) });
    try {
      const ask = async (path: string, query: Readonly<Record<string, string>>): Promise<unknown> => {
        const search = new URLSearchParams(query);
        const event = toApiGateway({ method: 'GET', path, query: search, headers: {}, body: Buffer.alloc(0) });
        const { body } = (await embedded.invoke('api', event)) as { readonly body: string };
        return JSON.parse(body);
      };
      expect(await ask('/api/series', {})).toMatchObject({ series: expect.arrayContaining([typed]) });
      // 90 documents of a counter have 89 rates.
      expect(await ask('/api/samples', { series: typed })).toMatchObject({
        series: typed,
        points: expect.objectContaining({ length: 89 }),
      });
    } finally {
      await embedded.close();
    }
  });
});
