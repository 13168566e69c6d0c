import { shown } from '../shared/domain/shown.ts';
import { Problem } from './problem.ts';

/** Refuses a request for what does not exist. @throws {Problem} 404, always */
export function missing(kind: 'alert' | 'silence' | 'receiver', id: string, note?: string): never {
  throw new Problem(404, `${kind} ${shown(id)}: there is no such ${kind}; /api/${kind}s lists them`, { note });
}
