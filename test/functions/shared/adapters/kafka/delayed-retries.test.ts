import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { restrictToShipping } from '../../../../../functions/shared/adapters/kafka/acls.ts';
import { DelayedRetries } from '../../../../../functions/shared/adapters/kafka/delayed-retries.ts';
import { connectBackoff } from '../../../../../functions/shared/adapters/kafka/reconnect.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';

describe('the retries of a set-up', () => {
  it('wait longer after each failure, up to the longest wait between connections', () => {
    const { retryDelay } = new DelayedRetries(() => 0.999).options;
    const waits = [1, 2, 3, 4, 5].map((failures) => retryDelay(undefined, 'x', failures, 9, new Error('refused')));
    expect(waits.map(Math.round)).toEqual([999, 1998, 3996, 3996, 3996]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(connectBackoff.maxMs);
  });

  it('add what the last try failed with to the error of the deadline, and to no other', () => {
    const retries = new DelayedRetries();
    const late = new UnavailableError('not set within 30000 ms');
    expect(retries.explained(late)).toBe(late);
    retries.options.retryDelay(undefined, 'x', 1, 9, new Error('outer', { cause: new Error('Too many connects') }));
    expect(retries.explained(late).message).toBe('not set within 30000 ms; the last try failed: Too many connects');
    const other = new UnavailableError('x', { cause: new Error('Access denied') });
    expect(retries.explained(other)).toBe(other);
  });
});

describe('a broker that ends every connection', () => {
  it('is asked for ACLs a few times only, and the error names the cause', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.resetAndDestroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const setting = restrictToShipping({ brokers: [`127.0.0.1:${port}`] }, 'beats', 2_000);
      await expect(setting).rejects.toThrow(/within 2000 ms; the last try failed: .*(ECONNRESET|closed)/i);
      expect(connections).toBeGreaterThan(0);
      // Waits of 200 ms would be 10. Waits of 0 to 1 s, then 0 to 2 s and more, are seldom more than 6.
      expect(connections).toBeLessThan(9);
    } finally {
      server.close();
    }
  });
});
