import { describe, expect, it } from 'vitest';
import { letterHeader } from '../../../../functions/shared/log/dead-letter.ts';
import { header } from '../../../../functions/shared/log/record.ts';
import { type Topic, topics } from '../../../../functions/shared/log/topics.ts';
import { silentTelemetry } from '../../../../functions/shared/ports/telemetry.ts';
import { createRunner } from '../../../../functions/shared/runner/runner.ts';
import { Chain, upstream } from '../../../support/chain.ts';
import { tallyStep } from '../../../support/tally.ts';

describe('effects that the log refuses for good', () => {
  it('an effect that the log refuses becomes a dead letter and counts as sent', async () => {
    const chain = new Chain();
    const huge = {
      ...tallyStep,
      apply: () => [{ topic: topics.signals, key: 'k', value: Buffer.alloc(5_000_001), headers: {} }],
    };
    await chain.worker(undefined, huge)(chain.words('a'));
    const [letter] = chain.deadLetters();
    expect(letter?.reason).toBe('message too large');
    expect(letter?.detail).toContain('offbeat.signals/0 was refused');
    expect((await chain.ports.ledger.read(upstream)).pending).toBeNull();
  });

  const original = { [letterHeader.stage]: 'detect', [letterHeader.topic]: topics.samples };

  it.each<[string, { topic: Topic; key: string; headers: Record<string, string> }, Topic]>([
    ['one', { topic: topics.signals, key: 'k', headers: {} }, topics.signals],
    ['a letter', { topic: topics.deadLetters, key: 'k'.repeat(2_000), headers: original }, topics.samples],
  ])(
    'an effect over 10 MB becomes a letter that is cut and marked, and an error is logged: %s',
    async (_what, parts, from) => {
      const chain = new Chain();
      const errors: unknown[] = [];
      const telemetry = {
        ...silentTelemetry,
        error: (message: string, details = {}) => errors.push({ message, ...details }),
      };
      const effect = { ...parts, value: Buffer.alloc(10_000_001, 'x') };
      const run = createRunner({ ...tallyStep, apply: () => [effect] }, { ...chain.ports, telemetry });
      await run({ topic: topics.samples, partition: 0, records: chain.words('a') }, new AbortController().signal);
      const [letter, ...rest] = chain.ports.eventLog.records(topics.deadLetters);
      expect(rest).toEqual([]);
      expect(letter?.value).toEqual(Buffer.alloc(500_000, 'x'));
      expect(letter?.key).toBe(parts.key.slice(0, 1_000));
      expect(letter?.headers).toMatchObject({
        [letterHeader.cutFrom]: '10000001',
        [letterHeader.topic]: from,
        [header.position]: 'detect/offbeat.samples/0 0 1 0',
      });
      expect(errors).toEqual([
        expect.objectContaining({
          message: 'the value of a dead letter was cut',
          stage: 'detect',
          reason: 'message too large',
          bytes: 10_000_001,
        }),
      ]);
      expect((await chain.ports.ledger.read(upstream)).pending).toBeNull();
    },
  );
});
