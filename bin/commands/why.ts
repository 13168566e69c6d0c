import { Command } from 'commander';
import * as z from 'zod';
import { type Alert, alertSchema } from '../../functions/shared/domain/alert.ts';
import { anomalySchema } from '../../functions/shared/domain/anomaly.ts';
import { entityPath } from '../../functions/shared/domain/entity.ts';
import { metricKinds } from '../../functions/shared/domain/sample.ts';
import { parseSeriesText, type Series, seriesText } from '../../functions/shared/domain/series.ts';
import { metricSummarySchema } from '../../functions/shared/domain/summary.ts';
import { type ApiDoor, type DoorFlags, openApiDoor, withDoorOptions } from '../api-door.ts';
import type { Console } from '../console.ts';
import { explain } from '../explain-series.ts';
import { FailedError } from '../failed-error.ts';
import { fetchAlert } from '../operator.ts';
import { idOf, settingsOf, withExamples } from '../options.ts';
import { clockTime, plain } from '../words.ts';

interface WhyFlags extends DoorFlags {
  readonly json?: boolean;
}

export function whyCommand(console: Console): Command {
  const command = new Command('why')
    .description('Say why an alert paged, or why a series did not.')
    .argument(
      '<subject>',
      'the id of an alert, or a series: cluster/kind/name metric{dimension=value}',
      idOf("an alert's id or a series"),
    )
    .option('--json', 'print one JSON object');
  withDoorOptions(command).action((subject: string, flags: WhyFlags) => why(subject, flags, console));
  return withExamples(
    command,
    'npx offbeat why 1J7dLk2rQxT0mVbWcYz8aPq4Es',
    "npx offbeat why 'recorded/host/node-m system.diskio.write.bytes{device=loop6}'",
  );
}

async function why(subject: string, flags: WhyFlags, console: Console): Promise<void> {
  const series = parseSeriesText(subject);
  const door = await openApiDoor(flags, console);
  try {
    if (series === undefined) await whyAlert(await fetchAlert(door, subject), flags, console);
    else await whySeries(series, door, flags, console);
  } finally {
    await door.close();
  }
}

function whyAlert(alert: Alert, { json }: WhyFlags, console: Console): void {
  if (json) {
    console.print(JSON.stringify(alert));
    return;
  }
  const { paint, print } = console;
  const over = alert.endsAtMs === undefined ? '' : ` to ${clockTime(alert.endsAtMs)}`;
  print(`${paint('bold', plain(alert.title))}  (${alert.status}, ${alert.severity})`);
  print(plain(alert.headline));
  print(`where  ${plain(entityPath(alert.entity))}, ${clockTime(alert.startsAtMs)}${over}`);
  print('\nsuspects, the likely cause first');
  for (const { series, why: reason } of alert.suspects) print(`  ${plain(seriesText(series))}: ${plain(reason)}`);
  print('\ndecisions');
  for (const { atMs, stage, reason, detail } of alert.trace) {
    print(
      `  ${clockTime(atMs)}  ${stage.padEnd(12)} ${plain(reason)}${detail === undefined ? '' : `: ${plain(detail)}`}`,
    );
  }
}

const minutesAnswer = z.object({ minutes: z.array(metricSummarySchema.extend({ minuteMs: z.int() })) });
const pointsAnswer = z.object({ kind: z.enum(metricKinds), unit: z.string() });
const anomaliesAnswer = z.object({ anomalies: z.array(anomalySchema) });
const alertsAnswer = z.object({ alerts: z.array(alertSchema) });

const roomsAnswer = z.object({ full: z.array(z.object({ partition: z.int(), entity: z.string().optional() })) });

/** Latest minutes looked at: an hour of a series that is sampled all the time. */
const minutesMax = 60;

/** What else may be why nothing is known of a series; nothing where there is room for all of them. */
async function withoutRoom(door: ApiDoor): Promise<string> {
  const { full } = roomsAnswer.parse(await door.get('/api/health', {}));
  const rooms = full.map(({ partition, entity }) =>
    entity === undefined ? `the whole partition ${partition} of detect` : plain(entity),
  );
  return rooms.length === 0 ? '' : `; there is no room for more series of ${rooms.join(' and ')}: see /api/health`;
}

async function whySeries(series: Series, door: ApiDoor, flags: WhyFlags, console: Console): Promise<void> {
  const name = seriesText(series);
  const { cluster } = series.entity;
  // A minute's document holds one dataset of an entity, and other datasets come between.
  const { minutes } = minutesAnswer.parse(await door.get('/api/summaries', { series: name, limit: '10000' }));
  if (minutes.length === 0) {
    throw new FailedError(
      `nothing is known of ${name}; a minute is known once it is over, and /api/series lists names` +
        (await withoutRoom(door)),
    );
  }
  const points = pointsAnswer.parse(await door.get('/api/samples', { series: name, limit: '1000' }));
  const all = anomaliesAnswer.parse(await door.get('/api/anomalies', { cluster, limit: '1000' })).anomalies;
  const { alerts } = alertsAnswer.parse(await door.get('/api/alerts', { cluster, limit: '1000' }));
  const anomalies = all
    .filter((anomaly) => seriesText(anomaly.series) === name)
    .map((anomaly) => ({ anomaly, alertId: alerts.find((alert) => alert.anomalies.includes(anomaly.id))?.id }));
  const verdicts = explain(series, points, minutes.slice(-minutesMax), settingsOf(flags));
  if (flags.json) {
    console.print(JSON.stringify({ series: name, minutes: verdicts, anomalies }));
    return;
  }
  console.print(console.paint('bold', plain(name)));
  for (const { minuteMs, reason, detail } of verdicts) console.print(`  ${clockTime(minuteMs)}  ${reason}: ${detail}`);
  for (const { anomaly, alertId } of anomalies) {
    const told = alertId === undefined ? 'in no alert' : `in alert ${alertId}`;
    console.print(
      `anomaly since ${clockTime(anomaly.startsAtMs)}, ${anomaly.state}, ${told}: ${plain(anomaly.reason)}`,
    );
  }
  if (anomalies.length === 0) console.print('no anomaly of it, so nothing to page about');
}
