import { expect, it } from 'vitest';
import { LeftOut, needed } from '../../bench/left-out.ts';

it('what a bench needs is handed on where it is to be had', async () => {
  expect(await needed('a server', Promise.resolve('address'))).toBe('address');
});

it('a bench whose servers are not available names in one line what is missing, and why', async () => {
  const error = await needed('Kafka', Promise.reject(new Error('no Java 17\nat once'))).catch(
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(LeftOut);
  expect(String(error)).toBe('LeftOut: needs Kafka: no Java 17');
});
