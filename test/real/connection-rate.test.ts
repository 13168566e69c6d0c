import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { createTopics } from '../../functions/shared/adapters/kafka/topics.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { KafkaReader } from './kafka.ts';
import { startSecuredKafka, user } from './servers/secured-kafka.ts';

const perSecond = 4;
const environments = 20;

/** Accepts so many connections a second as kafka.t3.small, and resets the others. */
async function limitingProxy() {
  let [target, tokens, lastMs, turnedAway] = [0, perSecond, performance.now(), 0];
  const server = createServer((socket) => {
    const nowMs = performance.now();
    tokens = Math.min(perSecond, tokens + ((nowMs - lastMs) / 1_000) * perSecond);
    lastMs = nowMs;
    if (tokens < 1) {
      turnedAway += 1;
      socket.resetAndDestroy();
      return;
    }
    tokens -= 1;
    const upstream = connect(target, '127.0.0.1');
    socket.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
    upstream.on('error', () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const to = (broker: string) => {
    target = Number(broker.split(':')[1]);
  };
  return { port, to, turnedAway: () => turnedAway, close: () => server.close() };
}

it('twenty environments that start together all append once, at four new connections a second', async () => {
  const proxy = await limitingProxy();
  const kafka = await startSecuredKafka({ advertisedLoginPort: proxy.port });
  proxy.to(kafka.tlsLogin);
  const direct = { brokers: [kafka.tls], tls: { ca: kafka.ca } };
  await createTopics(direct, onePartitionEach);
  const children: ChildProcess[] = [];
  try {
    for (let nth = 0; nth < environments; nth += 1) {
      const args = [`127.0.0.1:${proxy.port}`, kafka.caFile, user.name, user.password, `${nth}`];
      const child = fork(new URL('./turned-away/environment.ts', import.meta.url).pathname, args, { execArgv: [] });
      children.push(child);
      await once(child, 'message');
    }
    let failed = 0;
    const invoke = async (child: ChildProcess) => {
      for (;;) {
        const answer = once(child, 'message');
        child.send('append');
        const [{ ok }] = (await answer) as [{ ok: boolean }];
        if (ok) return;
        failed += 1;
      }
    };
    await Promise.all(children.map(invoke));
    expect(proxy.turnedAway()).toBeGreaterThan(0);
    expect(failed).toBeLessThan(10);
    const reader = new KafkaReader(direct);
    const values = (await reader.read(topics.samples, 0)).map(({ value }) => Number(`${value}`));
    await reader.close();
    expect(values.sort((a, b) => a - b)).toEqual(Array.from({ length: environments }, (_, nth) => nth));
  } finally {
    for (const child of children) child.kill();
    await kafka.close();
    proxy.close();
  }
}, 60_000);
