import { Problem } from '../../../functions/api/problem.ts';

/** Returns the problem that an act ends with, as the client receives it. */
export function problemOf(act: () => unknown): { readonly status: number; readonly error: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return { status: error.status, error: error.message };
    throw error;
  }
  throw new Error('expected a problem, got none');
}
