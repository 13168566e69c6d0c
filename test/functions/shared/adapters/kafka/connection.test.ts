import { describe, expect, it } from 'vitest';
import {
  clientOptions,
  type KafkaConnection,
  parseBrokers,
  withDeadline,
} from '../../../../../functions/shared/adapters/kafka/connection.ts';
import { UnavailableError, UsageError } from '../../../../../functions/shared/domain/errors.ts';

const brokers = ['b-1.example:9098', 'b-2.example:9098'];
const optionsOf = (connection: Partial<KafkaConnection>) => clientOptions({ brokers, ...connection }, 'offbeat', 1_000);
const never = () => new Promise<never>(() => {});

describe('the options of a Kafka client', () => {
  it('a client never retries by itself, creates no topic, and ends each request in time', () => {
    expect(optionsOf({})).toEqual({
      clientId: 'offbeat',
      bootstrapBrokers: brokers,
      connectTimeout: 5_000,
      requestTimeout: 1_000,
      retries: 0,
      autocreateTopics: false,
    });
  });

  it('a client encrypts, with its own authorities if they are given', () => {
    expect(optionsOf({ tls: {} })).toMatchObject({ tls: {}, tlsServerName: true });
    expect(optionsOf({ tls: { ca: 'PEM' } })).toMatchObject({ tls: { ca: 'PEM' } });
  });

  it.each([['10.0.0.1:9093'], ['[::1]:9093']])('a client sends no TLS name to %s', (broker) => {
    expect(optionsOf({ tls: {}, brokers: [broker] })).toMatchObject({ tlsServerName: false });
    expect(optionsOf({ tls: {}, brokers: ['kafka-1.internal:9093'] })).toMatchObject({ tlsServerName: true });
  });

  it.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)(
    'ask for the password of %s at each log-in',
    async (mechanism) => {
      const passwords = ['old', 'new'];
      const { sasl } = optionsOf({ sasl: { mechanism, username: 'u', password: async () => passwords.shift()! } });
      expect(sasl).toMatchObject({ mechanism, username: 'u' });
      const ask = sasl?.password as () => Promise<string>;
      expect([await ask(), await ask()]).toEqual(['old', 'new']);
    },
  );

  it('a client signs a new token for MSK at each log-in', async () => {
    let signed = 0;
    const token = async (region: string) => `${region} ${++signed}`;
    const { sasl } = optionsOf({ sasl: { mechanism: 'AWS_MSK_IAM', region: 'eu-north-1', token } });
    expect(sasl?.mechanism).toBe('OAUTHBEARER');
    const ask = sasl?.token as () => Promise<string>;
    expect([await ask(), await ask()]).toEqual(['eu-north-1 1', 'eu-north-1 2']);
  });
});

describe('a deadline', () => {
  it('a missing answer becomes an UnavailableError that names the call', async () => {
    await expect(withDeadline(never(), 5, 'Kafka: no answer')).rejects.toThrow(
      new UnavailableError('Kafka: no answer within 5 ms'),
    );
  });

  it('an answer in time and an error are passed on', async () => {
    expect(await withDeadline(Promise.resolve(1), 5_000, '')).toBe(1);
    await expect(withDeadline(Promise.reject(new Error('no')), 5_000, '')).rejects.toThrow('no');
  });
});

describe('a list of brokers', () => {
  const variable = 'OFFBEAT_KAFKA_BROKERS';

  it('a list of brokers may have blanks and a comma at its end', () => {
    expect(parseBrokers(' a:9092, b.example:9098 ,', variable)).toEqual(['a:9092', 'b.example:9098']);
  });

  it.each(['', ' , ', 'a', 'a:9092,b', 'a:x', 'a b:9092'])('is refused as "%s"', (text) => {
    expect(() => parseBrokers(text, variable)).toThrow(UsageError);
  });
});
