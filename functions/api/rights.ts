import type { Caller } from './caller.ts';
import { Problem } from './problem.ts';
import type { ApiRoute } from './routes/route.ts';

/**
 * Refuses a caller who may not use a route.
 * @throws {Problem} 403, naming the role and the one that may
 */
export function refuseUnlessAllowed(
  { role }: Caller,
  { method, path, right }: Pick<ApiRoute, 'method' | 'path' | 'right'>,
): void {
  if (right === 'read' || role === 'operator') return;
  throw new Problem(403, `${method} ${path}: a ${role} may read and not act; sign in as an operator`);
}
