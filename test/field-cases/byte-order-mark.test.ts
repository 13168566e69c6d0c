import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { BulkParser } from '../../local/bulk/request.ts';
import { openEmbedded } from '../../local/embedded.ts';
import { offbeat } from '../bin/run-cli.ts';
import { CaseFolders } from './case-folders.ts';

const folders = new CaseFolders();
afterAll(() => folders.remove());

const mark = '\ufeff';
const document = '{"@timestamp":"2026-11-23T15:00:00Z","host":{"name":"a"},"x":{"v":1}}';

describe('a byte order mark (elastic/beats#1349)', () => {
  it('costs no line of a recording, which may also end its lines with CR LF', async () => {
    expect(await folders.replay('09-bom-crlf')).toMatchObject({ status: 0, samples: 6, deadLetters: 0 });
  });

  it('may be before every line, as in files that were joined, and before a line without a time first', async () => {
    const lines = [
      document,
      document.replace('00Z', '10Z'),
      document.replace('{"@', '{"y":1,"@').replace('00Z', '20Z'),
    ];
    const replayed = await folders.replay(folders.recording(lines.map((line) => `${mark}${line}\r\n\r\n`).join('')));
    expect(replayed).toMatchObject({ status: 0, documents: 3, samples: 3, deadLetters: 0 });
  });

  it('may be before a record of Kafka', async () => {
    const embedded = await openEmbedded({ dataDir: undefined, settings: defaultSettings });
    try {
      const value = Buffer.from(`${mark}{"host":{"name":"a"},"x":{"v":1}}`).toString('base64');
      const record = {
        topic: 'offbeat.beats',
        partition: 0,
        offset: 0,
        timestamp: Date.now(),
        timestampType: 'LOG_APPEND_TIME',
        value,
        headers: [],
      };
      await embedded.invoke('normalise', { eventSource: 'aws:kafka', records: { 'offbeat.beats-0': [record] } });
      expect(embedded.telemetry.counts()).toMatchObject({ documents_read: 1, samples_made: 1 });
    } finally {
      await embedded.close();
    }
  });

  it('may be before a bulk request, and before each of its lines', () => {
    const parser = new BulkParser();
    parser.feed(Buffer.from(`${mark}{"create":{}}\n${mark}${document}\r\n{"index":{}}\n${document}\n`));
    const kinds = [parser.next(), parser.next(), parser.end()].map((item) => item?.kind);
    expect(kinds).toEqual(['document', 'document', undefined]);
  });

  it('may be before the event of invoke, and before settings', async () => {
    const folder = folders.make();
    const [event, settings] = [join(folder, 'event.json'), join(folder, 'offbeat.yaml')];
    writeFileSync(event, `${mark}{"eventSource":"aws:kafka","records":{}}`);
    writeFileSync(settings, `${mark}cluster: { name: prod }\n`);
    expect(await offbeat(['invoke', 'normalise', event, '--settings', settings])).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect((await offbeat(['check-settings', settings])).stdout).toContain('prod');
  });
});
