import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { shownText } from '../../domain/shown.ts';
import type { MetricData, MetricPeriod, MetricQuery } from '../../ports/metric-data.ts';
import { deniedError } from '../aws/denied.ts';
import { awsError } from '../aws/errors.ts';

/** The most queries of a call. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const queriesMax = 500;
/** The most pages of a call. One value for each query fits on the first; CloudWatch may still answer in more. */
const pagesMax = 10;

/** Returns the metrics of CloudWatch in the region of the client, whose tries are bounded by its configuration. */
export function cloudWatchMetrics(client: CloudWatchClient): MetricData {
  return {
    async read(queries, period, signal) {
      const values = new Array<number | undefined>(queries.length);
      const failures: string[] = [];
      for (let from = 0; from < queries.length; from += queriesMax) {
        const batch = queries.slice(from, from + queriesMax);
        try {
          for await (const result of generateResults(client, batch, period, signal)) {
            const nth = placeOf(result, batch.length);
            const value = valueIn(result, period);
            if (nth === undefined) continue;
            if (value !== undefined) values[from + nth] = value;
            if (result.StatusCode === 'Forbidden' || result.StatusCode === 'InternalError')
              failures.push(`CloudWatch does not answer ${batch[nth]!.metric}: ${result.StatusCode}`);
          }
        } catch (error) {
          signal.throwIfAborted();
          failures.push(messageOf(error));
        }
      }
      return { values, failures };
    },
  };
}

async function* generateResults(
  client: CloudWatchClient,
  batch: readonly MetricQuery[],
  { endMs, lengthMs }: MetricPeriod,
  signal: AbortSignal,
): AsyncGenerator<MetricDataResult> {
  const asked = {
    MetricDataQueries: batch.map((query, nth) => dataQuery(query, nth, lengthMs)),
    StartTime: new Date(endMs - lengthMs),
    EndTime: new Date(endMs),
  };
  let next: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const command = new GetMetricDataCommand({ ...asked, ...(next === undefined ? {} : { NextToken: next }) });
    const answer = await client.send(command, { abortSignal: signal });
    yield* answer.MetricDataResults ?? [];
    next = answer.NextToken;
    if (next === undefined) return;
  }
  throw new Error(`CloudWatch answers in more than ${pagesMax} pages`);
}

const dataQuery = (
  { namespace, metric, dimensions, statistic }: MetricQuery,
  nth: number,
  lengthMs: number,
): MetricDataQuery => ({
  Id: `q${nth}`,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: metric,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: lengthMs / 1_000,
    Stat: statistic,
  },
});

/** Returns the place of the query that a result answers; `undefined` for one that nobody asked. */
function placeOf({ Id = '' }: MetricDataResult, count: number): number | undefined {
  const nth = /^q\d{1,3}$/.test(Id) ? Number(Id.slice(1)) : count;
  return nth < count ? nth : undefined;
}

/** Returns the value of the period that was asked for, and of no other one. */
function valueIn({ Timestamps = [], Values = [] }: MetricDataResult, { endMs, lengthMs }: MetricPeriod) {
  const nth = Timestamps.findIndex((time) => time.getTime() === endMs - lengthMs);
  const value = nth < 0 ? undefined : Values[nth];
  return Number.isFinite(value) ? value : undefined;
}

function messageOf(error: unknown): string {
  const denied = (reason: string) => `CloudWatch denies to read metrics (${reason}): allow cloudwatch:GetMetricData`;
  const { message } = deniedError(error, denied) ?? awsError('CloudWatch, read metrics', error);
  return shownText(message, 500);
}
