import { Duration } from 'aws-cdk-lib';
import { type FunctionName, functions } from '../../functions/functions.ts';

/** Time-outs of the reading function for which a message stays hidden, as AWS advises. */
const visibilityFactor = 6;

/** Returns how long a message that a function received stays hidden. */
export function visibilityTimeoutOf(reader: FunctionName): Duration {
  return Duration.seconds(functions[reader].timeoutSeconds * visibilityFactor);
}
