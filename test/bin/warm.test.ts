import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { openEmbedded } from '../../local/embedded.ts';
import { offbeat } from './run-cli.ts';

const columns = 'time,entity,metric,value,dataset';
const minute = 60_000;

/** Returns a CSV of calm processor load that ends now. @param rows one each 10 s */
function calmCsv(rows: number, nowMs = Date.now()): string {
  const lines = Array.from({ length: rows }, (_, nth) => {
    const time = new Date(nowMs - (rows - nth) * 10_000).toISOString();
    return `${time},local/host/a,system.cpu.total.norm.pct,${0.2 + (nth % 7) / 1_000},system.cpu`;
  });
  return [columns, ...lines].join('\n');
}

function folderWith(csv: string): { readonly file: string; readonly flags: readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-warm-'));
  const file = join(folder, 'history.csv');
  writeFileSync(file, csv);
  return { file, flags: ['--data', join(folder, 'store')] };
}

describe('warm', () => {
  it('names the default of --last as a duration is typed', async () => {
    const { stdout } = await offbeat(['warm', '--help']);
    expect(stdout).toMatch(/--last <duration>.*\(default: 7d\)/);
  });

  it('teaches a new store from a CSV, stores no sample and pages nobody', async () => {
    const { file, flags } = folderWith(calmCsv(200));
    const { status, stdout, stderr } = await offbeat(['warm', file, ...flags]);
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: 'history of 1 series: 200 of 200 values learned\n',
      stderr: '',
    });
    const embedded = await openEmbedded({ dataDir: flags[1], settings: defaultSettings });
    try {
      expect(await embedded.ports.warehouse.count('offbeat-samples')).toBe(0);
      expect(await embedded.ports.warehouse.count('offbeat-anomalies')).toBe(0);
    } finally {
      await embedded.close();
    }
  });

  it('learns nothing the second time, and says why', async () => {
    const { file, flags } = folderWith(calmCsv(100));
    await offbeat(['warm', file, ...flags]);
    expect((await offbeat(['warm', file, ...flags])).stdout).toBe(
      'history of 1 series: 0 of 100 values learned; not learned: 100 not newer than what their series had learned\n',
    );
  });

  it('lets the flow judge the first live documents', async () => {
    const { file, flags } = folderWith(calmCsv(200));
    await offbeat(['warm', file, ...flags]);
    const anomaliesAfterBurst = async (dataDir: string | undefined): Promise<number> => {
      let nowMs = Date.now() + minute;
      const embedded = await openEmbedded({
        dataDir,
        settings: defaultSettings,
        clock: { ...systemClock, nowMs: () => nowMs },
      });
      try {
        for (let nth = 0; nth < 8; nth += 1, nowMs += 10_000) {
          await embedded.append([
            {
              '@timestamp': new Date(nowMs).toISOString(),
              host: { name: 'a' },
              event: { dataset: 'system.cpu', module: 'system' },
              metricset: { name: 'cpu' },
              system: { cpu: { total: { norm: { pct: 0.98 } } } },
            },
          ]);
          await embedded.heartbeat();
          await embedded.drain();
        }
        const anomalies = await embedded.ports.warehouse.search({
          family: 'offbeat-anomalies',
          order: 'oldest first',
          limit: 10,
          match: { 'offbeat.anomaly.kind': 'deviation' },
        });
        return anomalies.length;
      } finally {
        await embedded.close();
      }
    };
    expect(await anomaliesAfterBurst(flags[1])).toBe(1);
    expect(await anomaliesAfterBurst(undefined)).toBe(0);
  });

  it('names the line, the field, the value and the remedy of a bad row, and learns the others', async () => {
    const { file, flags } = folderWith(`${calmCsv(60)}\nyesterday,local/host/a,system.cpu.total.norm.pct,1,system.cpu`);
    const { status, stdout, stderr } = await offbeat(['warm', file, ...flags]);
    expect(status).toBe(1);
    expect(stdout).toContain('60 of 60 values learned');
    expect(stderr).toMatch(/history\.csv:62: time: expected a time such as .*, got "yesterday"; correct the line/);
  });

  it('refuses a file without a column that it needs', async () => {
    const { file, flags } = folderWith('time,metric,value\n');
    const { status, stderr } = await offbeat(['warm', file, ...flags]);
    expect(status).toBe(2);
    expect(stderr).toContain('line 1: expected a header with the columns time,entity,metric,value');
  });

  it('warns of counters that were given as rates, and not of totals that reset', async () => {
    const rows = Array.from({ length: 60 }, (_, nth) => {
      const time = new Date(Date.now() - (60 - nth) * 10_000).toISOString();
      const rate = 2e6 + (nth % 2) * 1e6;
      const total = (nth % 30) * 2e7;
      return [
        `${time},local/host/a,system.diskio.write.bytes,${rate},system.diskio`,
        `${time},local/host/b,system.diskio.write.bytes,${total},system.diskio`,
      ].join('\n');
    });
    const { file, flags } = folderWith([columns, ...rows].join('\n'));
    const { status, stderr } = await offbeat(['warm', file, ...flags]);
    expect(status).toBe(0);
    expect(stderr).toContain('warning: 1 counter fell again and again, as rates do');
    expect(stderr).toContain('warning:   "local/host/a system.diskio.write.bytes"');
    expect(stderr).not.toContain('local/host/b');
  });

  it.each([
    ['no-such-file.csv', 'cannot read no-such-file.csv: there is no such file; expected a CSV with the columns'],
    [tmpdir(), 'it is a folder; expected a CSV with the columns'],
  ])('says what is wrong with the file name %s, and makes no store', async (file, problem) => {
    const store = join(mkdtempSync(join(tmpdir(), 'offbeat-warm-')), 'store');
    const { status, stderr } = await offbeat(['warm', file, '--data', store]);
    expect(status).toBe(2);
    expect(stderr).toContain(problem);
    expect(existsSync(store)).toBe(false);
  });

  it.each([
    ['[{"time":1}]', 'a JSON array; expected a CSV with'],
    ['PK\u0003\u0004rest', 'a ZIP archive or a spreadsheet; expected a CSV with'],
    ['', 'empty; expected a CSV with'],
  ])('names the format of a file that begins with %j', async (text, problem) => {
    const { file, flags } = folderWith(text);
    const { status, stderr } = await offbeat(['warm', file, ...flags]);
    expect(status).toBe(2);
    expect(stderr).toContain(problem);
  });
});
