import { connectQueuedLetters, sqsClient } from '../../functions/shared/adapters/sqs/connect.ts';
import type { Environment } from '../../functions/shared/environment/variables.ts';
import type { QueuedLetters } from '../../functions/shared/ports/dead-letters.ts';

/** Returns the queue of rejected alerts that the environment names. After `release` its connections are closed. */
export function openRejectedAlerts(env: Environment): QueuedLetters {
  const client = sqsClient(env);
  const letters = connectQueuedLetters(env, client);
  return {
    list: () => letters.list(),
    remove: (ids) => letters.remove(ids),
    async release() {
      await letters.release();
      client.destroy();
    },
  };
}
