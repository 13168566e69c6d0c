import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert, Alerts } from '../api/alert-types.ts';
import { type ApiProblem, getJson, type Query } from '../api/client.ts';
import { toastFailure } from '../frame/toast.tsx';
import { pagesFrom } from './pages-from.ts';

/** The alerts of several pages, read as one list. */
export interface Pages {
  readonly alerts: readonly Alert[];
  readonly hasMore: boolean;
  readonly isReading: boolean;
  readonly readMore: () => void;
}

/**
 * Reads the pages that follow a first one. They are read again with each new first page: what a new alert moves to the next page would be
 * on neither otherwise. Until all are read, those of before are shown.
 */
export function usePages(first: Alerts, asked: Query): Pages {
  const [count, setCount] = useState(1);
  const [all, setAll] = useState(first);
  const [isReading, setReading] = useState(false);
  const begun = useRef<readonly [Alerts, number]>([first, 1]);
  useEffect(() => {
    if (count === 1 || isReading || (begun.current[0] === first && begun.current[1] === count)) return;
    begun.current = [first, count];
    setReading(true);
    pagesFrom(first, count, (cursor) => getJson<Alerts>('/api/alerts', { ...asked, cursor }))
      .then(setAll, (problem: ApiProblem) => toastFailure(problem.message))
      .finally(() => setReading(false));
  }, [first, count, isReading]);
  const shown = count === 1 ? first : all;
  return {
    alerts: shown.alerts,
    hasMore: shown.next !== undefined,
    isReading,
    readMore: () => {
      setAll(shown);
      setCount(count + 1);
    },
  };
}
