import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { startEmbedded } from '../../../local/run.ts';
import { hostileName, unprintableIn } from '../../support/hostile-text.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'offbeat-answers-'));
const stop = new AbortController();
let url = '';
let ended: Promise<void>;
let printed = '';

beforeAll(async () => {
  const { promise, resolve: onListening } = Promise.withResolvers<string>();
  const fixed = { port: 0, replayFile: null, speed: 'max', host: false, settings: defaultSettings } as const;
  const out = (text: string) => {
    printed += text;
  };
  ended = startEmbedded({ ...fixed, dataDir, out, signal: stop.signal, onListening });
  url = await promise;
});
afterAll(async () => {
  stop.abort();
  await ended;
  rmSync(dataDir, { recursive: true });
});

const inPath = encodeURIComponent(hostileName);
const command = { id: hostileName, action: hostileName, [hostileName]: hostileName };
const document = JSON.stringify({ host: { name: hostileName }, '@timestamp': hostileName });
const ndjson = 'application/x-ndjson';

interface Asked {
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const requests: Readonly<Record<string, Asked>> = {
  'a path that is not there': { path: `/${inPath}` },
  'a route that is not there': { path: `/api/${inPath}` },
  'an alert that is not there': { path: `/api/alerts/${inPath}` },
  'a silence that is not there': { path: `/api/silences/${inPath}` },
  'a filter that is wrong': { path: `/api/alerts?status=${inPath}` },
  'a filter that is unknown': { path: `/api/alerts?${inPath}=${inPath}` },
  'a series that is none': { path: `/api/samples?series=${inPath}` },
  'an entity that is none': { path: `/api/series?entity=${inPath}` },
  'a template of a Beat': { path: `/_index_template/${inPath}` },
  'a command that is wrong': {
    path: '/api/commands',
    body: JSON.stringify(command),
    headers: { 'content-type': 'application/json' },
  },
  'a command that is no JSON': {
    path: '/api/commands',
    body: hostileName,
    headers: { 'content-type': 'application/json' },
  },
  'a document with an index and an id': {
    path: `/${inPath}/_bulk`,
    body: `${JSON.stringify({ create: { _id: hostileName } })}\n${document}\n`,
    headers: { 'content-type': ndjson },
  },
  'the same document again': {
    path: `/${inPath}/_bulk`,
    body: `${JSON.stringify({ create: { _id: hostileName } })}\n${document}\n`,
    headers: { 'content-type': ndjson },
  },
  'an action that is none': {
    path: '/_bulk',
    body: `${JSON.stringify({ [hostileName]: {} })}\n`,
    headers: { 'content-type': ndjson },
  },
  'lines that are no JSON': { path: '/_bulk', body: `${hostileName}\n`, headers: { 'content-type': ndjson } },
  'a type of content': { path: '/_bulk', body: '', headers: { 'content-type': 'a\u00a0\u0085\u009bb' } },
  'an encoding': { path: '/_bulk', body: '', headers: { 'content-encoding': 'a\u00a0\u0085\u009bb' } },
  'a host': { path: '/api/health', headers: { host: 'a\u00a0\u0085\u009bb' } },
  'an origin': { path: '/api/health', headers: { origin: 'a\u00a0\u0085\u009bb' } },
};

interface Answer {
  readonly type: string | undefined;
  readonly options: string | string[] | undefined;
  readonly text: string;
}

/** Sends a request with headers that fetch does not allow. */
function ask({ path, body, headers = {} }: Asked): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const method = body === undefined ? 'GET' : 'POST';
  request(url + path, { method, headers }, async (response) => {
    let text = '';
    for await (const piece of response.setEncoding('utf8')) text += piece;
    const { 'content-type': type, 'x-content-type-options': options } = response.headers;
    resolve({ type, options, text });
  })
    .on('error', reject)
    .end(body);
  return promise;
}

describe('an answer of the HTTP server', () => {
  it.each(Object.entries(requests))('is JSON that a terminal can show safely: %s', async (_name, asked) => {
    const { type, options, text } = await ask(asked);
    expect(type).toMatch(/^application\/(problem\+)?json$/);
    expect(options).toBe('nosniff');
    expect(JSON.parse(text)).toBeTypeOf('object');
    expect(unprintableIn(text)).toEqual([]);
  });

  it('contains exactly the characters that were sent, for a program that parses it', async () => {
    const { text } = await ask({
      path: '/_bulk',
      body: `{"delete":{"_index":${JSON.stringify(hostileName)}}}\n`,
      headers: { 'content-type': ndjson },
    });
    expect(text).toContain('\\u202e');
    expect(JSON.stringify(JSON.parse(text))).toContain(JSON.stringify(hostileName).slice(1, -1));
  });

  it('leaves no unprintable character in the output of the run', () => {
    for (const line of printed.split('\n')) expect(unprintableIn(line)).toEqual([]);
  });
});
