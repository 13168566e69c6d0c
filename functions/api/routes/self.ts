import { healthAnswer } from '../answers/health.ts';
import { meAnswer } from '../answers/me.ts';
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
    answer: meAnswer,
    handle: async ({ caller: { name = 'anonymous', role, signIn } }) => ({
      name,
      role,
      canAct: role === 'operator',
      signIn,
    }),
  }),
];
