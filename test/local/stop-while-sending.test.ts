import { afterEach, beforeEach, expect, it } from 'vitest';
import { settingsSchema } from '../../functions/shared/domain/settings.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import { secretOf } from '../functions/notify/rig.ts';
import { alertOf } from '../support/alerts.ts';
import { Loopback } from '../support/loopback.ts';
import { patience } from '../support/patience.ts';

let loopback: Loopback;
let embedded: Embedded;
let received: number;
let answer: () => void;
let lines: string[];
beforeEach(async () => {
  loopback = new Loopback();
  received = 0;
  lines = [];
  const { promise: mayAnswer, resolve } = Promise.withResolvers<void>();
  answer = resolve;
  const port = await loopback.http((request, response) => {
    request.resume().on('end', async () => {
      received += 1;
      await mayAnswer;
      response.writeHead(200).end();
    });
  });
  process.env.TEST_PAGER = secretOf(7);
  const webhook = { url: `http://127.0.0.1:${port}/`, secret: 'env:TEST_PAGER', allowPrivate: true };
  const settings = settingsSchema.parse({ receivers: [{ name: 'pager', webhook }] });
  embedded = await openEmbedded({ dataDir: undefined, settings, log: (line) => lines.push(line) });
});
afterEach(async () => {
  await embedded.close();
  await loopback.close();
  delete process.env.TEST_PAGER;
});

it('a stop waits for the message that is being sent, begins no other one, and the next start sends the rest', async () => {
  for (const revision of [1, 2]) {
    const body = JSON.stringify(alertOf({ revision, transition: revision === 1 ? 'opened' : 'updated' }));
    const message = { id: `a:${revision}`, group: 'a', subject: 'a', body, attributes: {} };
    await embedded.ports.publisher.publish(message, AbortSignal.timeout(10_000));
  }
  await embedded.start();
  await expect.poll(() => received, patience).toBe(1);
  const stopped = embedded.stop();
  answer();
  await stopped;
  expect(received).toBe(1);
  expect(lines.filter((line) => line.includes('too little time'))).toEqual([]);
  await embedded.start();
  await expect.poll(() => received, patience).toBe(2);
});
