import { readFileSync } from 'node:fs';
import { kafkaEventLog } from '../../../functions/shared/adapters/kafka/event-log.ts';
import { topics } from '../../../functions/shared/log/topics.ts';

/* One environment of a function: it appends its own number at each message, and answers whether that was acknowledged. */

const [broker, caFile, username, password, number] = process.argv.slice(2) as [string, string, string, string, string];
const log = kafkaEventLog({
  brokers: [broker],
  tls: { ca: readFileSync(caFile, 'utf8') },
  sasl: { mechanism: 'PLAIN', username, password: async () => password },
});
process.on('message', async () => {
  try {
    await log.append([{ topic: topics.samples, partition: 0, key: null, value: Buffer.from(number), headers: {} }]);
    process.send!({ ok: true });
  } catch (error) {
    process.send!({ ok: false, message: String(error) });
  }
});
process.send!('ready');
