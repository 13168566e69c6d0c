import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backlogMax } from '../../local/run/open-server.ts';
import { OffbeatProcess } from '../real/offbeat-process.ts';
import { watchHealth } from '../support/http-attacks/health-watch.ts';
import { writeSamples } from '../support/http-attacks/many-samples.ts';
import { openSlowClients } from '../support/http-attacks/slow-clients.ts';

/** The most computation that another client's health request waits for, whatever else is requested, ms of CPU time. */
const healthWorkMsMax = 2_000;
const memoryBytesMax = 700_000_000;
const samples = 200_000;

const directory = mkdtempSync(join(tmpdir(), 'offbeat-http-server-'));
let offbeat: OffbeatProcess;
beforeAll(async () => {
  await writeSamples(directory, samples);
  offbeat = new OffbeatProcess(directory, { PATH: process.env.PATH });
  await offbeat.isUp();
});
afterAll(async () => {
  await offbeat.end('SIGTERM');
  rmSync(directory, { recursive: true });
});

const unpackedBytes = 99_000_000;
const ofShipper = gzipSync(Buffer.from('{"create":{}}\n{"host":{"name":"b"}}\n'.repeat(1_600)));
const packed = (line: string, bytes = unpackedBytes): Buffer => gzipSync(Buffer.alloc(bytes, line), { level: 9 });

async function post(path: string, body: Buffer): Promise<number> {
  const headers = { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' };
  const response = await fetch(`${offbeat.url}${path}`, { method: 'POST', headers, body: new Uint8Array(body) });
  await response.arrayBuffer();
  return response.status;
}

/** Returns the most memory that the process ever had. */
function peakMemoryBytes(): number {
  const status = readFileSync(`/proc/${offbeat.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) * 1024;
}

/** Returns the number of records that the stages have not read yet. */
async function waitingRecords(): Promise<number> {
  const sources = (await offbeat.health()).stages.flatMap((stage) => stage.sources);
  return sources.reduce((sum, source) => sum + ('lagRecords' in source ? source.lagRecords : 0), 0);
}

const running = () => ({ url: offbeat.url!, pid: offbeat.pid });

/** Performs an act on the process while another client requests its health. */
async function besideHealth<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { slowestMs, mostWorkMs, answers, result } = await watchHealth(running(), work);
  const memoryMb = Math.round(peakMemoryBytes() / 1e6);
  process.stdout.write(
    `${name}: ${answers} answers, slowest ${Math.round(slowestMs)} ms, behind ${mostWorkMs} ms of computation; peak ${memoryMb} MB\n`,
  );
  expect(mostWorkMs).toBeLessThan(healthWorkMsMax);
  expect(peakMemoryBytes()).toBeLessThan(memoryBytesMax);
  return result;
}

const times = <T>(count: number, make: (nth: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, nth) => make(nth)));

describe.skipIf(process.platform !== 'linux')(
  'a process answers health requests, and stays within its memory, during',
  () => {
    it('7 million refused actions in one compressed request', async () => {
      const body = packed('{"delete":{}}\n');
      expect(await besideHealth('7 M deletes', () => post('/_bulk', body))).toBe(413);
    });

    it('99 million newlines in one compressed request', async () => {
      const body = packed('\n');
      expect(await besideHealth('99 M newlines', () => post('/_bulk', body))).toBe(413);
    });

    it('25 compressed bombs at once, at a path that exists and at one that does not', async () => {
      const body = packed(' ');
      expect(new Set(await besideHealth('25 bombs, /x', () => times(25, () => post('/x', body))))).toEqual(
        new Set([404]),
      );
      const statuses = await besideHealth('25 bombs, /_bulk', () => times(25, () => post('/_bulk', body)));
      for (const status of statuses) expect([413, 429]).toContain(status);
    });

    it('294,117 documents in one request, of which it accepts none', async () => {
      const item = '{"create":{}}\n{}\n';
      const body = packed(item, 294_117 * item.length);
      expect(await besideHealth('294,117 documents', () => post('/_bulk', body))).toBe(413);
      expect((await offbeat.health()).totals.documents).toBe(0);
    });

    it('as many of the largest requests as it accepts, and never more documents than may wait', async () => {
      const item = '{"create":{}}\n{"host":{"name":"a"},"x":1}\n';
      const body = packed(item, 10_000 * item.length);
      const statuses = await besideHealth('30 of 10,000 documents', () => times(30, () => post('/_bulk', body)));
      for (const status of statuses) expect([200, 429]).toContain(status);
      expect(statuses).toContain(200);
      const { totals } = await offbeat.health();
      expect(totals.documents).toBe(10_000 * statuses.filter((status) => status === 200).length);
      expect(totals.documents).toBeLessThanOrEqual(backlogMax);
      // The flow processes them for a while, which does not concern the next request.
      await expect.poll(waitingRecords, { timeout: 60_000, interval: 100 }).toBe(0);
    });

    const dear = ['series?limit=10000', 'alerts?limit=1000', 'series?limit=10000&entity=prod/host/none'].concat(
      ['samples', 'summaries'].map(
        (route) => `${route}?limit=10000&series=prod%2Fhost%2Fnode-1%20system.diskio.metric_1%7Bdevice%3Dsd9%7D`,
      ),
    );
    const ask = async (nth: number, headers: Record<string, string>): Promise<number> => {
      const response = await fetch(`${offbeat.url}/api/${dear[nth % dear.length]}`, { headers });
      await response.arrayBuffer();
      return response.status;
    };

    it('200 requests that a page of another site sends', async () => {
      const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
      const statuses = await besideHealth('200 cross-site', () => times(200, (nth) => ask(nth, headers)));
      expect(new Set(statuses)).toEqual(new Set([403]));
    });

    it('300 expensive requests, of which it answers a few and refuses the others', async () => {
      const statuses = await besideHealth('300 questions', () => times(300, (nth) => ask(nth, {})));
      for (const status of statuses) expect([200, 429, 503]).toContain(status);
      expect(statuses).toEqual(expect.arrayContaining([200, 429]));
      expect(await ask(0, {})).toBe(200);
    });

    it('1,500 clients that never end their headers and 200 that never end their bodies', async () => {
      const sockets = await besideHealth('1,700 slow clients', async () => [
        ...(await openSlowClients(offbeat.url!, 1_500, 'GET /api/health HTTP/1.1\r\nhost: localhost\r\nx: ')),
        ...(await openSlowClients(
          offbeat.url!,
          200,
          'POST /_bulk HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
        )),
      ]);
      for (const socket of sockets) socket.destroy();
    });

    it('two clients that stop in the middle of the largest bodies, whose memory is free for others after some seconds', async () => {
      const sent =
        'POST /_bulk HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 31950000\r\n\r\n';
      const sockets = await besideHealth('2 stalled bodies', () =>
        openSlowClients(offbeat.url!, 2, sent + '\n'.repeat(31_900_000)),
      );
      // A busy machine needs a while to read what fills the budget.
      await expect.poll(() => post('/_bulk', ofShipper), { timeout: 60_000, interval: 100 }).toBe(429);
      await expect.poll(() => post('/_bulk', ofShipper), { timeout: 30_000, interval: 100 }).toBe(200);
      for (const socket of sockets) socket.destroy();
    });

    it('and accepts the documents of a shipper afterwards', async () => {
      await expect.poll(() => post('/_bulk', ofShipper), { timeout: 30_000, interval: 100 }).toBe(200);
      expect(offbeat.complained).not.toMatch(/request failed/);
    });
  },
);
