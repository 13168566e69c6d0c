import * as z from 'zod';
import { healthAnswer } from '../answers/health.ts';
import { roles, signIns } from '../caller.ts';
import { route } from './route.ts';

/** The routes of Offbeat itself, and of the one who asks. */
export const selfRoutes = [
  route({
    method: 'GET',
    path: '/api/health',
    right: 'read',
    summary: 'Returns the health of the pipeline and its counts',
    answer: healthAnswer,
    handle: (_, { health }) => health(),
  }),
  route({
    method: 'GET',
    path: '/api/me',
    right: 'read',
    summary: 'Returns who asks, and what they may do',
    answer: z.strictObject({
      name: z.string().describe('The name of the caller; `anonymous` where nobody was asked for it.'),
      role: z.enum(roles),
      canAct: z
        .boolean()
        .describe('Indicates whether the routes that act are allowed; with `iam` the policies decide.'),
      signIn: z.enum(signIns),
    }),
    handle: async ({ caller: { name = 'anonymous', role, signIn } }) => ({
      name,
      role,
      canAct: role === 'operator',
      signIn,
    }),
  }),
];
