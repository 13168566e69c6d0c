import * as z from 'zod';
import {
  deadLettersAnswer,
  receiversAnswer,
  redriveLettersBody,
  redriveMessagesBody,
  sentAnswer,
  testAnswer,
} from '../answers/operations.ts';
import { missing } from '../missing.ts';
import { operationsOf } from '../operations.ts';
import { limitSchema } from '../parameters.ts';
import { explained } from '../queries/dead-letters.ts';
import { findReceivers } from '../queries/receivers.ts';
import { testAlert } from '../queries/test-alert.ts';
import { route } from './route.ts';

const onlyEmbedded = 'Answered by the embedded run; a deployment answers 501 and names the command.';

/** The routes of the work on Offbeat itself: receivers, messages that were given up, and dead letters. */
export const operationRoutes = [
  route({
    method: 'GET',
    path: '/api/receivers',
    right: 'read',
    summary: 'Lists the receivers with their status, what waits for them and what was given up',
    answer: receiversAnswer,
    handle: ({ nowMs }, ports) => findReceivers(ports, nowMs),
  }),
  route({
    method: 'POST',
    path: '/api/receivers/{name}/test',
    right: 'act',
    summary: 'Sends a test message to one receiver, once',
    description: `It is an alert of severity \`info\`, and nothing of it is recorded. ${onlyEmbedded}`,
    variables: { name: 'The name of the receiver in the settings.' },
    body: z.strictObject({}),
    answer: testAnswer,
    async handle({ variables, caller, nowMs }, ports) {
      const operations = operationsOf(ports, 'a test', 'the receiver itself');
      const { receivers, cluster } = ports.settings;
      const receiver = receivers.find(({ name }) => name === variables.name) ?? missing('receiver', variables.name!);
      const alert = testAlert(cluster.name, caller.name ?? 'an operator', nowMs);
      const result = await operations.testReceiver(receiver, alert);
      return { ...result, tookMs: Math.max(0, Math.round(ports.clock.nowMs() - nowMs)) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/deliveries/redrive',
    right: 'act',
    summary: 'Sends the messages again that were given up for a receiver',
    description: onlyEmbedded,
    body: redriveMessagesBody,
    answer: sentAnswer,
    async handle({ body: { receiver, ids } }, ports) {
      const operations = operationsOf(ports, 'given-up messages', '"npx offbeat redrive --stage notify"');
      if (!ports.settings.receivers.some(({ name }) => name === receiver)) missing('receiver', receiver);
      return { sent: await operations.redriveMessages(receiver, ids) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/dead-letters',
    right: 'read',
    summary: 'Lists the dead letters that were not sent back, by reason, stage and topic, with what to do',
    description: onlyEmbedded,
    parameters: z.strictObject({ limit: limitSchema(50, 500) }),
    answer: deadLettersAnswer,
    async handle({ parameters: { limit }, nowMs }, ports) {
      const operations = operationsOf(ports, 'dead letters', '"npx offbeat redrive --dry-run"');
      return explained(await operations.deadLetters(nowMs), limit);
    },
  }),
  route({
    method: 'POST',
    path: '/api/dead-letters/redrive',
    right: 'act',
    summary: 'Sends dead letters back to their topics, each at most once',
    description: onlyEmbedded,
    body: redriveLettersBody,
    answer: sentAnswer,
    async handle({ body }, ports) {
      const operations = operationsOf(ports, 'dead letters', '"npx offbeat redrive"');
      return { sent: await operations.redriveLetters(body) };
    },
  }),
];
