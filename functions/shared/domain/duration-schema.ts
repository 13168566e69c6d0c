import * as z from 'zod';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const durationExpected = 'expected a duration such as 30s, 5m or 4h';

/** A duration as operators write it (`30s`, `5m`, `4h`), parsed to milliseconds. */
export const durationSchema = z
  .string(durationExpected)
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, durationExpected)
  .transform((text) => {
    const unit = /[a-z]+$/.exec(text)?.[0] as keyof typeof unitMs;
    return Math.round(Number.parseFloat(text) * unitMs[unit]);
  });
