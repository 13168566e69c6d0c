import { afterEach, describe, expect, it } from 'vitest';
import { deadLetterBody } from '../../../functions/notify/message.ts';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { type Embedded, openEmbedded } from '../../../local/embedded.ts';
import { fromApiGateway, toApiGateway } from '../../../local/http/api-gateway.ts';
import { expectFits } from '../../functions/api/fits-document.ts';
import { alertOf, envelope } from '../../support/alerts.ts';
import { lambdaContext } from '../../support/lambda-context.ts';

const opened: Embedded[] = [];
afterEach(async () => {
  for (const embedded of opened.splice(0)) await embedded.close();
});

const webhook = { url: 'http://127.0.0.1:1/', secret: 'env:OFFBEAT_NO_SUCH_SECRET', allowPrivate: true };
const settings = settingsSchema.parse({
  receivers: [
    { name: 'screen', terminal: {} },
    { name: 'hook', webhook },
  ],
});

async function open() {
  const printed: string[] = [];
  const embedded = await openEmbedded({ dataDir: undefined, settings, terminal: (text) => printed.push(text) });
  opened.push(embedded);
  const ask = async (method: string, path: string, body?: object) => {
    const url = new URL(path, 'http://localhost');
    const event = toApiGateway({
      method,
      path: url.pathname,
      query: url.searchParams,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    });
    const answer = fromApiGateway(await embedded.api(event, lambdaContext()));
    const parsed = JSON.parse(answer.body);
    expectFits(method, url.pathname, answer.status, parsed);
    return { status: answer.status, body: parsed };
  };
  return { embedded, printed, ask };
}

/** Appends documents of which two cannot be read, for one reason. */
async function withLetters(embedded: Embedded): Promise<void> {
  const broken = {
    '@timestamp': '2026-11-23T15:00:00Z',
    event: { dataset: 'system.load' },
    system: { load: { 1: 0.5 } },
  };
  await embedded.append([broken, broken].map((document) => ({ ...document })));
  await embedded.drain();
}

describe('GET /api/dead-letters', () => {
  it('has a group for each reason, with an example and what to do', async () => {
    const { embedded, ask } = await open();
    await withLetters(embedded);
    const { body } = await ask('GET', '/api/dead-letters');
    expect(body.groups).toHaveLength(1);
    const [group] = body.groups;
    expect(group).toMatchObject({ stage: 'normalise', topic: 'offbeat.beats', count: 2, canRedrive: false });
    expect(group.perHour.at(-1)).toBe(2);
    expect(group.example.position).toMatch(/^offbeat\.beats\/\d+\/\d+$/);
    expect(group.example.text).toContain('system.load');
    expect(group.remedy).not.toBe('');
  });

  it('is empty without any', async () => {
    const { ask } = await open();
    expect((await ask('GET', '/api/dead-letters')).body).toEqual({ groups: [], collisions: [] });
  });
});

describe('POST /api/dead-letters/redrive', () => {
  it('sends those of a reason back once, and they are not listed any more', async () => {
    const { embedded, ask } = await open();
    await withLetters(embedded);
    const [{ reason, stage }] = (await ask('GET', '/api/dead-letters')).body.groups;
    expect((await ask('POST', '/api/dead-letters/redrive', { reason: 'another', stage })).body).toEqual({ sent: 0 });
    expect((await ask('POST', '/api/dead-letters/redrive', { reason, stage })).body).toEqual({ sent: 2 });
    expect((await ask('GET', '/api/dead-letters')).body.groups).toEqual([]);
    expect((await ask('POST', '/api/dead-letters/redrive', { reason, stage })).body).toEqual({ sent: 0 });
  });

  it('two at the same time send each letter once', async () => {
    const { embedded, ask } = await open();
    await withLetters(embedded);
    const [{ reason, stage }] = (await ask('GET', '/api/dead-letters')).body.groups;
    const both = [1, 2].map(() => ask('POST', '/api/dead-letters/redrive', { reason, stage }));
    expect((await Promise.all(both)).map(({ body }) => body.sent)).toEqual([2, 0]);
  });
});

describe('receivers', () => {
  it('are listed with what waits and what was given up, and without secrets', async () => {
    const { ask } = await open();
    const { body } = await ask('GET', '/api/receivers');
    expect(body.receivers).toMatchObject([
      { name: 'screen', type: 'terminal', status: 'ok', waiting: 0, givenUp: 0, deliveredLastHour: 0 },
      { name: 'hook', type: 'webhook', target: 'webhook at 127.0.0.1:1' },
    ]);
    expect(JSON.stringify(body)).not.toContain('NO_SUCH_SECRET');
  });

  it('get a test message, of which nothing is recorded', async () => {
    const { ask, printed } = await open();
    expect((await ask('POST', '/api/receivers/screen/test', {})).body).toMatchObject({ ok: true, answer: 'accepted' });
    expect(printed.join('')).toContain('test of a receiver');
    expect((await ask('GET', '/api/alerts')).body.alerts).toEqual([]);
    expect((await ask('GET', '/api/deliveries')).body.deliveries).toEqual([]);
  });

  it('that cannot be reached say why', async () => {
    const { ask } = await open();
    const { status, body } = await ask('POST', '/api/receivers/hook/test', {});
    expect([status, body.ok, typeof body.answer]).toEqual([200, false, 'string']);
  });

  it('that do not exist are 404', async () => {
    const { ask } = await open();
    expect((await ask('POST', '/api/receivers/none/test', {})).status).toBe(404);
    expect((await ask('POST', '/api/deliveries/redrive', { receiver: 'none' })).status).toBe(404);
  });

  it('get the messages again that were given up, all or those of some alerts', async () => {
    const { embedded, ask } = await open();
    for (const id of ['alert-1', 'alert-2', 'alert-3']) {
      const body = deadLetterBody(envelope(alertOf({ id })), 'screen', 0);
      await embedded.ports.queue.deadLetter(body, 'screen: gone');
    }
    const redrive = (body: object) => ask('POST', '/api/deliveries/redrive', { receiver: 'screen', ...body });
    expect((await redrive({ ids: ['alert-2', 'alert-9'] })).body).toEqual({ sent: 1 });
    expect((await redrive({})).body).toEqual({ sent: 2 });
    expect((await redrive({})).body).toEqual({ sent: 0 });
  });
});
