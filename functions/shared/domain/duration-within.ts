import { durationSchema } from './duration-schema.ts';

/** Returns the schema of a duration from `least` to `most`, both inclusive and in the form that operators write. */
export function durationWithin(least: string, most: string) {
  const [leastMs, mostMs] = [durationSchema.parse(least), durationSchema.parse(most)];
  return durationSchema.refine((ms) => ms >= leastMs && ms <= mostMs, {
    error: `expected a duration from ${least} to ${most}`,
  });
}
