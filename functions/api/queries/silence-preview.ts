import type * as z from 'zod';
import { dayMs } from '../../shared/domain/durations.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { silenceFault, silenceStartMs } from '../../shared/domain/signal.ts';
import type { Shown } from '../answers/shown.ts';
import type { previewAnswer } from '../answers/silences.ts';
import type { previewBody } from '../bodies.ts';
import { Problem } from '../problem.ts';
import type { Sources } from '../sources.ts';
import { type Muting, patternWarnings, warningsOf } from '../warnings.ts';
import {
  activeSilences,
  areMuting,
  type Labelled,
  openLabelled,
  type Past,
  pastLabelled,
  takesPart,
} from './muting.ts';
import { summaryOf, worstAlertFirst } from './overview/alert-summary.ts';

type Preview = Shown<z.infer<typeof previewAnswer>>;

/** The days of the past that are compared. */
const pastDays = 30;
/** The most open alerts that are returned. */
const listedMax = 50;

/**
 * Returns what a silence would mute, without making it, alone or together with those that are made with it and those that are active:
 * open alerts, and those of the last 30 days.
 * @throws {Problem} 400 for a silence that the API would refuse
 */
export async function previewSilence(
  body: z.output<typeof previewBody>,
  nowMs: number,
  ports: Sources & { readonly settings: Settings },
): Promise<Preview> {
  refuseWrong(body, nowMs, ports.settings);
  const { cluster, also = [] } = body;
  const wanted = [body.matchers, ...also].map((matchers) => ({ cluster, matchers }));
  const pastFromMs = nowMs - pastDays * dayMs;
  const [open, past, active, warnings] = await Promise.all([
    openLabelled(cluster, ports),
    pastLabelled(cluster, pastFromMs, ports),
    activeSilences(cluster, ports),
    Promise.all(wanted.map((each) => warningsOf(each, ports))),
  ]);
  const mutedBy = (others: readonly Muting[]) => (alert: Labelled) =>
    wanted.some((each) => takesPart(each, alert)) && areMuting([...wanted, ...others], alert);
  const muted = open.filter(mutedBy(active)).map(({ alert }) => summaryOf(alert));
  const before = past.labelled.filter(mutedBy([]));
  return {
    open: muted.sort(worstAlertFirst).slice(0, listedMax),
    openCount: muted.length,
    past30Days: {
      count: before.length,
      critical: before.filter(({ alert }) => alert.severity === 'critical').length,
    },
    warnings: [...new Set([...wanted.flatMap(patternWarnings), ...warnings.flat(), ...cutWarning(past, pastFromMs)])],
  };
}

function cutWarning({ labelled, completeFromMs }: Past, fromMs: number): string[] {
  if (completeFromMs <= fromMs) return [];
  return [
    `of the last ${pastDays} days, only the ${labelled.length.toLocaleString('en')} alerts that began last were compared`,
  ];
}

function refuseWrong(body: z.output<typeof previewBody>, nowMs: number, { alerts }: Settings): void {
  const asked = { ...body, atMs: nowMs };
  if (body.endsAtMs <= Math.max(nowMs, silenceStartMs(asked))) {
    throw new Problem(
      400,
      `endsAtMs: a silence must end after its start and in the future; expected ms after ${nowMs}, got ${body.endsAtMs}`,
    );
  }
  const fault = silenceFault(asked, alerts.silenceMax);
  if (fault !== undefined) throw new Problem(400, fault);
}
