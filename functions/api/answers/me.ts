import * as z from 'zod';
import { roles, signIns } from '../caller.ts';

export const meAnswer = z.strictObject({
  name: z.string().describe('The name of the caller; `anonymous` where nobody was asked for it.'),
  role: z.enum(roles),
  canAct: z.boolean().describe('Indicates whether the routes that act are allowed; with `iam` the policies decide.'),
  signIn: z.enum(signIns),
});
