import { type Answer, useAnswer } from '../../api/answer.ts';
import type { Measures, Queues, TopicRow } from '../../api/data-types.ts';
import type { Value, Values } from '../../api/types.ts';
import { trafficPoints } from '../../charts/traffic-points.ts';
import { cluster, range } from '../../frame/where.ts';

const points = trafficPoints;

/** Reads what all machines do together. */
export function useMachines(): Answer<Measures> {
  const { from, to } = range.value;
  return useAnswer<Measures>('/api/measures', { kind: 'host', cluster: cluster.value, from, to, points, limit: 1 });
}

/** Reads what all topics carry. */
export function useTopics(): Answer<Queues> {
  const { from, to } = range.value;
  return useAnswer<Queues>('/api/queues', { cluster: cluster.value, from, to, points });
}

/** Returns the sum of several series at each time; `null` where none has a value. */
export function sumOf(all: readonly Values[], length: number): Values {
  return Array.from({ length }, (_, nth) =>
    all.reduce<Value>((sum, values) => {
      const value = values[nth] ?? null;
      return value === null ? sum : (sum ?? 0) + value;
    }, null),
  );
}

/** Returns the newest value that is known. */
export const lastOf = (values: Values | undefined): number | null =>
  values?.findLast((value) => value !== null) ?? null;

/** Returns the messages in and out of all topics, a second. */
export function trafficOf({ times, topics }: Queues): { readonly in: Values; readonly out: Values } {
  const of = (side: (topic: TopicRow) => Values): Values => sumOf(topics.map(side), times.length);
  return { in: of((topic) => topic.in), out: of((topic) => topic.out) };
}
