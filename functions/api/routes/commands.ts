import * as z from 'zod';
import { commandBodySchema } from '../command.ts';
import { postCommand } from '../post-command.ts';
import { route } from './route.ts';

/** The routes by which an operator acts on alerts and silences. */
export const commandRoutes = [
  route({
    method: 'POST',
    path: '/api/commands',
    right: 'act',
    summary: 'Appends a command to the log',
    description: 'It has its effect when `alert` reads it. A request that is repeated within 24 h has its effect once.',
    body: commandBodySchema,
    checksBody: true,
    status: 202,
    answer: z.strictObject({
      accepted: z.string().describe('The id of the command.'),
      warnings: z.array(z.string()).describe('What matches nothing known, in sentences.'),
    }),
    handle: (request, ports) => postCommand(request, ports),
  }),
];
