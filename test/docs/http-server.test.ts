import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pointsMax } from '../../functions/normalise/otlp/model.ts';
import { messageBytesMax, topics } from '../../functions/shared/log/topics.ts';
import { bulkBytesMax, bytesInFlightMax, itemOverheadBytes, itemsMax } from '../../local/bulk/limits.ts';
import { actionBytesMax } from '../../local/bulk/request.ts';
import { answerBytesMax, commandBytesMax, commandLimits, readLimits } from '../../local/http/api-routes.ts';
import { chunkBytesMin, smallChunksMax } from '../../local/http/body-pieces.ts';
import { discardedBytesMax } from '../../local/http/read-body.ts';
import { connectionsMax, requestTimes } from '../../local/http/server.ts';
import { otlpBytesInFlightMax, otlpBytesMax, resourcesMax } from '../../local/otlp/limits.ts';
import { backlogMax } from '../../local/run/open-server.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
const section = page.split(/^### HTTP server$/m)[1]!.split(/^#/m)[0]!;
const rows = section
  .split('\n')
  .filter((line) => /^\| [^-]/.test(line))
  .slice(1)
  .map((row) => row.split('|').map((cell) => cell.trim()));

const count = (value: number): string => value.toLocaleString('en-US');
const seconds = (ms: number): string => `${ms / 1000} s`;

describe('docs/security.md, HTTP server', () => {
  it.each([
    ['items of a bulk request', count(itemsMax)],
    ['bytes of a bulk request, unpacked', count(bulkBytesMax)],
    ['bytes of a document', count(messageBytesMax[topics.beats])],
    ['bytes of an action line of a bulk request', count(actionBytesMax)],
    [
      'bytes that bulk requests hold, all together',
      `${count(bytesInFlightMax)}, and ${count(itemOverheadBytes)} for each item`,
    ],
    ['bytes of a request of OTLP, unpacked', count(otlpBytesMax)],
    ['resources of a request of OTLP', count(resourcesMax)],
    ['data points and log records of a record of OTLP', count(pointsMax)],
    ['bytes that requests of OTLP hold, all together', count(otlpBytesInFlightMax)],
    ['documents that wait to be read', `${count(backlogMax)}, with those of requests in flight`],
    ['bytes of a command', count(commandBytesMax)],
    ['bytes of a refused body that are discarded', count(discardedBytesMax)],
    ['queries that are answered at once', `${readLimits.atOnce}, and ${readLimits.waitingMax} wait`],
    ['answers to queries that are not read yet', `${count(answerBytesMax)} bytes, all together`],
    ['commands that are taken at once', `${commandLimits.atOnce}, and ${commandLimits.waitingMax} wait`],
    ['chunks of a body', `${chunkBytesMin} bytes on average, after the first ${count(smallChunksMax)} chunks`],
    ['connections', count(connectionsMax)],
    ['time for the headers of a request', seconds(requestTimes.headersMs)],
    ['time for a whole request', seconds(requestTimes.requestMs)],
    ['time for a client to read its answer', seconds(requestTimes.answerMs)],
  ])('has the limit of %s that is in force', (limit, value) => {
    expect(rows.find(([, name]) => name === limit)?.[2]).toBe(value);
  });

  it('names tests that exist', () => {
    const tests = rows.flatMap((cells) => [...cells[4]!.matchAll(/`([^`]+)`/g)].map(([, file]) => file!));
    expect(tests.length).toBeGreaterThan(0);
    for (const file of tests) expect(readFileSync(join(root, file), 'utf8')).toContain('expect(');
  });
});
