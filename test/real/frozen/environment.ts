import { readFileSync } from 'node:fs';
import { kafkaEventLog } from '../../../functions/shared/adapters/kafka/event-log.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { suspendClockWithProcess } from './suspended-clock.ts';

/*
 * One environment of a function, which logs in by tokens. It appends the number of each message that it gets, and answers
 * whether that was acknowledged, and how many tokens it has requested.
 */

const [broker, caFile, user, validMs, clock] = process.argv.slice(2) as [string, string, string, string, string];
if (clock === 'suspended') suspendClockWithProcess();

let tokens = 0;

/** Returns an unsigned token, in place of one of a role. */
async function token(): Promise<string> {
  tokens += 1;
  const nowS = Date.now() / 1_000;
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { sub: user, iat: nowS, exp: nowS + Number(validMs) / 1_000, jti: `${tokens}` };
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}

// The broker's log-in of 3 s leaves 0.6 s after its renewal, as the 15 minutes of MSK leave 3 minutes.
const options = { lateMsMax: 400 };
const tls = { ca: readFileSync(caFile, 'utf8') };
const sasl = { mechanism: 'AWS_MSK_IAM', region: 'eu-north-1', token } as const;
const log = kafkaEventLog({ brokers: [broker], tls, sasl }, options);
process.on('message', async (number: number) => {
  const startedAtMs = Date.now();
  try {
    const value = Buffer.from(`${number}`);
    await log.append([{ topic: topics.samples, partition: 0, key: null, value, headers: {} }]);
    process.send!({ ok: true, tokens, ms: Date.now() - startedAtMs });
  } catch (error) {
    process.send!({ ok: false, tokens, message: String(error) });
  }
});
process.send!('ready');
