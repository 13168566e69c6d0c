import { billOf } from './bill.ts';
import { flowOf, type Load } from './flow.ts';
import type { Machines } from './machines.ts';
import { hoursAMonth, secondsAMonth } from './month.ts';
import { prices } from './prices.ts';
import { keptByTopics } from './use.ts';

const brokers = 3;

/**
 * Returns the cost of a month with three Express brokers in place of three of MSK's standard ones. Express brokers are billed
 * for what is written to them and for what they store, as if in one copy; they have no disks to choose.
 * @returns `undefined` for a deployment without brokers in three zones, which Express brokers need
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-broker-types-express.html
 */
export function expressUsd(machines: Machines, load: Load): number | undefined {
  if (machines.kafka?.brokers !== brokers) return undefined;
  const { kafka: _, ...others } = machines;
  const flow = flowOf(load);
  const written = flow.streams.reduce((sum, { bytes }) => sum + bytes, 0) * secondsAMonth;
  const ofExpress =
    brokers * hoursAMonth * prices.mskExpressM7gLarge.usd +
    (written / 1e9) * prices.mskExpressWrittenGb.usd +
    (keptByTopics(flow) / 1e9) * prices.mskExpressGbMonth.usd;
  return billOf(others, load).usd + ofExpress;
}
