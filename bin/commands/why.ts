import { Command } from 'commander';
import * as z from 'zod';
import { explain } from '../../functions/detect/explain.ts';
import { type Alert, alertSchema } from '../../functions/shared/domain/alert.ts';
import { anomalySchema } from '../../functions/shared/domain/anomaly.ts';
import { entityPath } from '../../functions/shared/domain/entity.ts';
import { fullEntity } from '../../functions/shared/domain/reached-limit.ts';
import { metricKinds } from '../../functions/shared/domain/sample.ts';
import type { Series } from '../../functions/shared/domain/series.ts';
import { parseSeriesText, seriesText } from '../../functions/shared/domain/series-text.ts';
import { shown, shownText } from '../../functions/shared/domain/shown.ts';
import { metricSummarySchema } from '../../functions/shared/domain/summary.ts';
import { FailedError } from '../../local/failed-error.ts';
import { type ApiClient, type ApiFlags, openApiClient, withApiOptions } from '../api-client.ts';
import { fetchAlert } from '../operator.ts';
import { idOf, settingsOf, withExamples } from '../options.ts';
import { painted, type Terminal } from '../terminal.ts';
import { clockTime } from '../words.ts';

interface WhyFlags extends ApiFlags {
  readonly json?: boolean;
}

export function whyCommand(terminal: Terminal): Command {
  const command = new Command('why')
    .description('Explain why an alert paged, or why a series did not.')
    .argument(
      '<subject>',
      'the id of an alert, or a series: cluster/kind/name metric{dimension=value}',
      idOf("an alert's id or a series"),
    )
    .option('--json', 'print one JSON object');
  withApiOptions(command).action((subject: string, flags: WhyFlags) => why(subject, flags, terminal));
  return withExamples(
    command,
    'npx offbeat why 1J7dLk2rQxT0mVbWcYz8aPq4Es',
    "npx offbeat why 'recorded/host/node-m system.diskio.write.bytes{device=loop6}'",
  );
}

async function why(subject: string, flags: WhyFlags, terminal: Terminal): Promise<void> {
  const series = parseSeriesText(subject);
  const api = await openApiClient(flags, terminal);
  try {
    if (series === undefined) await whyAlert(await fetchAlert(api, subject), flags, terminal);
    else await whySeries(series, api, flags, terminal);
  } finally {
    await api.close();
  }
}

function whyAlert(alert: Alert, { json }: WhyFlags, terminal: Terminal): void {
  if (json) {
    terminal.printJson(alert);
    return;
  }
  const { print } = terminal;
  const over = alert.endsAtMs === undefined ? '' : ` to ${clockTime(alert.endsAtMs)}`;
  print(painted('bold', alert.title), `  (${alert.status}, ${alert.severity})`);
  print(alert.headline);
  print(`where  ${entityPath(alert.entity)}, ${clockTime(alert.startsAtMs)}${over}`);
  print();
  print('suspects, the likely cause first');
  for (const { series, why: reason } of alert.suspects) print(`  ${seriesText(series)}: ${reason}`);
  print();
  print('decisions');
  for (const { atMs, stage, reason, detail } of alert.trace) {
    print(`  ${clockTime(atMs)}  ${stage.padEnd(12)} ${reason}${detail === undefined ? '' : `: ${detail}`}`);
  }
}

const minutesAnswer = z.object({ minutes: z.array(metricSummarySchema.extend({ minuteMs: z.int() })) });
const pointsAnswer = z.object({ kind: z.enum(metricKinds), unit: z.string() });
const anomaliesAnswer = z.object({ anomalies: z.array(anomalySchema) });
const alertsAnswer = z.object({ alerts: z.array(alertSchema) });

const limitsAnswer = z.object({ full: z.array(z.object({ partition: z.int(), entity: z.string().optional() })) });

/** The longest name that an error shows, in characters. */
const nameCharactersMax = 200;
/** The number of latest minutes that are explained: an hour of a series that is sampled all the time. */
const minutesMax = 60;

/**
 * Returns a sentence about the limits that may explain why little is known of a series: the limit of its entity, and
 * those of partitions, because its entity may be in any of them. `undefined` if no limit is reached.
 */
async function limitsOf({ entity }: Series, api: ApiClient): Promise<string | undefined> {
  const { full } = limitsAnswer.parse(await api.get('/api/health', {}));
  const own = fullEntity(entity);
  const names = full
    .filter((limit) => limit.entity === undefined || limit.entity === own)
    .map((limit) => limit.entity ?? `partition ${limit.partition} of detect`);
  if (names.length === 0) return undefined;
  const reached = names.map((name) => `${name} has as many series as are kept`).join(' and ');
  return `${reached}; this series may have been forgotten and learned again, or refused: see /api/health`;
}

async function whySeries(series: Series, api: ApiClient, flags: WhyFlags, terminal: Terminal): Promise<void> {
  const name = seriesText(series);
  const { cluster } = series.entity;
  // A minute's document contains one dataset of an entity; the answer also counts those of other datasets.
  const { minutes } = minutesAnswer.parse(await api.get('/api/summaries', { series: name, limit: '10000' }));
  if (minutes.length === 0) {
    const known = `no minute is stored for ${shownText(name, nameCharactersMax)}; a minute is stored once it is over; "npx offbeat series --names" lists names`;
    const limits = await limitsOf(series, api);
    throw new FailedError(limits === undefined ? known : `${known}; ${limits}`);
  }
  const points = pointsAnswer.parse(await api.get('/api/samples', { series: name, limit: '1000' }));
  const all = anomaliesAnswer.parse(await api.get('/api/anomalies', { cluster, limit: '1000' })).anomalies;
  const { alerts } = alertsAnswer.parse(await api.get('/api/alerts', { cluster, limit: '1000' }));
  const anomalies = all
    .filter((anomaly) => seriesText(anomaly.series) === name)
    .map((anomaly) => ({ anomaly, alertId: alerts.find((alert) => alert.anomalies.includes(anomaly.id))?.id }));
  const verdicts = explain(series, points, minutes.slice(-minutesMax), settingsOf(flags));
  const isWarmingUp = verdicts.at(-1)?.reason === 'warming up';
  const note = isWarmingUp ? await limitsOf(series, api) : undefined;
  if (flags.json) {
    terminal.printJson({ series: name, minutes: verdicts, anomalies, note });
    return;
  }
  terminal.print(painted('bold', name));
  for (const { minuteMs, reason, detail } of verdicts) terminal.print(`  ${clockTime(minuteMs)}  ${reason}: ${detail}`);
  if (note !== undefined) terminal.print(note);
  for (const { anomaly, alertId } of anomalies) {
    const membership = alertId === undefined ? 'in no alert' : `in alert ${alertId}`;
    terminal.print(
      `anomaly since ${clockTime(anomaly.startsAtMs)}, ${anomaly.kind}, ${anomaly.state}, ${membership}: ${anomaly.reason}`,
    );
    for (const line of anomaly.lines ?? []) terminal.print(`  ${shown(line)}`);
  }
  if (anomalies.length === 0) terminal.print('no anomaly of this series, so no page');
}
