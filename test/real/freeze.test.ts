import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTopics } from '../../functions/shared/adapters/kafka/topics.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { closingProxy, type Ending } from './frozen/closing-proxy.ts';
import { KafkaReader } from './kafka.ts';
import { loginMs, type SecuredKafka, startSecuredKafka, user } from './servers/secured-kafka.ts';

/** The time of a token that outlives every freeze of a test. */
const longMs = 120_000;
/** A freeze that is longer than a log-in. */
const pastLoginMs = loginMs + 500;
/** A freeze that is longer than the pause after which the adapter looks for closed connections. */
const pauseMs = 1_500;

interface Answer {
  readonly ok: boolean;
  /** The number of tokens that were requested so far. */
  readonly tokens: number;
  readonly message?: string;
}

/** The environment of a function, between whose invocations Lambda freezes the process. */
describe('an environment that was frozen between two invocations', () => {
  let kafka: SecuredKafka;
  let proxy: Awaited<ReturnType<typeof closingProxy>>;
  let environment: ChildProcess | undefined;
  let sent = 0;

  beforeAll(async () => {
    proxy = await closingProxy();
    kafka = await startSecuredKafka({ advertisedLoginPort: proxy.port });
    proxy.to(kafka.tlsLogin);
    await createTopics({ brokers: [kafka.tls], tls: { ca: kafka.ca } }, onePartitionEach);
  });
  afterEach(() => environment?.kill('SIGKILL'));
  afterAll(async () => {
    await kafka?.close();
    proxy.close();
  });

  async function start(tokenMs: number, clock: 'running' | 'suspended'): Promise<void> {
    const program = new URL('./frozen/environment.ts', import.meta.url).pathname;
    const args = [`127.0.0.1:${proxy.port}`, kafka.caFile, user.name, `${tokenMs}`, clock];
    environment = fork(program, args, { execArgv: [] });
    await once(environment, 'message');
  }

  /** Invokes the environment, which appends one record. Its process sees the invocation and the end of the freeze at once. */
  async function invoke(): Promise<Answer> {
    const answer = once(environment!, 'message');
    environment!.send(sent++);
    environment!.kill('SIGCONT');
    return (await answer)[0];
  }

  async function freeze(ms: number, meanwhile = (): void => {}): Promise<void> {
    environment!.kill('SIGSTOP');
    meanwhile();
    await setTimeout(ms);
  }

  it.each(['running', 'suspended'] as const)(
    'logs in again where its log-in ended meanwhile, with a %s monotonic clock',
    async (clock) => {
      await start(2 * loginMs, clock);
      expect(await invoke()).toMatchObject({ ok: true });
      for (let round = 0; round < 3; round += 1) {
        const { tokens } = await invoke();
        await freeze(pastLoginMs + 300 * round);
        const thawed = await invoke();
        expect(thawed).toMatchObject({ ok: true });
        expect(thawed.tokens).toBeGreaterThan(tokens);
        expect(await invoke()).toMatchObject({ ok: true });
      }
    },
  );

  it.each<Ending>(['closed', 'reset'])('connects again where its connections were %s meanwhile', async (ending) => {
    await start(longMs, 'running');
    for (let round = 0; round < 3; round += 1) {
      expect(await invoke()).toMatchObject({ ok: true });
      await freeze(pauseMs, () => proxy.endAll(ending));
      expect(await invoke()).toMatchObject({ ok: true });
    }
  });

  it('appends each record once', async () => {
    const reader = new KafkaReader({ brokers: [kafka.tls], tls: { ca: kafka.ca } });
    const values = (await reader.read(topics.samples, 0)).map(({ value }) => Number(`${value}`));
    await reader.close();
    expect(sent).toBeGreaterThan(0);
    expect(values).toEqual(Array.from({ length: sent }, (_, nth) => nth));
  });
});
