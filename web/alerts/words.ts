import type { AlertSummary, Overview, Severity } from '../api/types.ts';
import { alertTitle } from '../format/alert-title.ts';
import { durationText } from '../format/duration.ts';
import { plainHeadline } from '../format/headline.ts';
import { clockText, momentText, type Zone } from '../format/moment.ts';
import { totalsOf } from './totals.ts';

/** The two lines that say what is done about an alert. */
export interface StateWords {
  readonly lead: string;
  readonly rest: string;
}

/** Returns how long an alert is open, and who has it. */
export function stateWords(alert: AlertSummary, nowMs: number, zone: Zone, silencedUntilMs?: number): StateWords {
  const { status, startsAtMs, endsAtMs, silencedBy } = alert;
  if (status === 'resolved') {
    const endMs = endsAtMs ?? alert.updatedAtMs;
    return { lead: `Ended ${momentText(endMs, zone, nowMs)}`, rest: `after ${durationText(endMs - startsAtMs)}` };
  }
  if (silencedBy !== undefined) {
    const until = silencedUntilMs === undefined ? '' : ` until ${momentText(silencedUntilMs, zone, nowMs)}`;
    return { lead: `Silenced${until}`, rest: `open for ${durationText(nowMs - startsAtMs)}` };
  }
  return { lead: `Open for ${durationText(nowMs - startsAtMs)}`, rest: whoHasIt(alert, nowMs, zone) };
}

function whoHasIt({ acknowledged, paged, severity, isReplay }: AlertSummary, nowMs: number, zone: Zone): string {
  if (acknowledged !== undefined) {
    return `Acknowledged ${momentText(acknowledged.atMs, zone, nowMs)} by ${acknowledged.by}`;
  }
  if (isReplay === true) return 'Replayed';
  if (paged !== undefined) return `Paged ${momentText(paged.atMs, zone, nowMs)}, nobody has it`;
  return severity === 'info' ? 'Not paged: notices are not' : 'Not paged, nobody has it';
}

/** The parts of a landscape that a sentence names. */
type Scope = 'Storage' | 'Streaming' | 'Search' | 'Offbeat' | 'Services' | 'Machines';

const scopes: Readonly<Record<string, Scope>> = {
  chunkserver: 'Storage',
  'storage-master': 'Storage',
  storage: 'Storage',
  disk: 'Storage',
  topic: 'Streaming',
  partition: 'Streaming',
  'consumer-group': 'Streaming',
  broker: 'Streaming',
  kafka: 'Streaming',
  'msk-broker': 'Streaming',
  'search-node': 'Search',
  opensearch: 'Search',
  service: 'Services',
  offbeat: 'Offbeat',
  stage: 'Offbeat',
};

const scopeOfKind = (kind: string): Scope => scopes[kind] ?? 'Machines';
const scopeOf = ({ entity }: AlertSummary): Scope => scopeOfKind(entity.kind);
const isPlural = (scope: Scope): boolean => scope === 'Machines' || scope === 'Services';

const states: Readonly<Record<Severity, string>> = {
  critical: 'degraded',
  warning: 'not as usual',
  info: 'normal but for a notice',
};

/** Returns a title within a sentence: its first letter is small, unless it begins an abbreviation such as CPU. */
const lowered = (text: string): string =>
  /^[A-Z][a-z ]/.test(text) ? text.slice(0, 1).toLowerCase() + text.slice(1) : text;
const numbers = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];

/** Returns a number at the beginning of a sentence: in letters up to ten. */
export const leadingNumber = (count: number): string => numbers[count] ?? count.toLocaleString('en');

/** A sentence and what follows it. */
export interface Situation {
  readonly glyph: 'ok' | 'unknown' | Severity;
  readonly say: string;
  readonly sub: string;
  /** The sentence without what counts on. */
  readonly meaning: string;
}

/** The time that is looked at: the present, or that of a replay. */
export type Looked = 'present' | 'replay';

/** Milliseconds without a sample after which nothing can be said. */
const silentMs = 3 * 60_000;

/**
 * Returns the situation in one sentence, with its consequence. The alerts that count are open and not silenced.
 * @param nowMs    the time that counts as now: of a replay its end
 */
export function situationOf(overview: Overview, nowMs: number, zone: Zone, looked: Looked = 'present'): Situation {
  const { alerts, newestSampleMs } = overview;
  if (looked !== 'replay' && newestSampleMs !== null && nowMs - newestSampleMs > silentMs)
    return silent(newestSampleMs, nowMs, zone);
  const open = alerts.open.filter(({ silencedBy }) => silencedBy === undefined);
  const worst = open[0];
  if (worst === undefined) return calm(overview, nowMs, looked);
  return alarmed(worst, { overview, nowMs, zone });
}

function silent(newestMs: number, nowMs: number, zone: Zone): Situation {
  const newest = momentText(newestMs, zone, nowMs);
  return {
    glyph: 'warning',
    say: `No data for ${durationText(nowMs - newestMs)}: nothing can be said about machines.`,
    sub: `The newest sample is from ${newest}. What follows is old. Look at the shippers, and at Offbeat’s own state.`,
    meaning: 'No data: nothing can be said about machines.',
  };
}

/** Returns the clusters that are down or degraded. */
const sickOf = ({ clusters }: Overview['status']): Overview['status']['clusters'] =>
  clusters.filter(({ status }) => status === 'down' || status === 'degraded');

function calm(overview: Overview, nowMs: number, looked: Looked): Situation {
  const isReplay = looked === 'replay';
  const sick = sickOf(overview.status);
  const last = overview.alerts.resolved[0];
  const lastMs = last === undefined ? undefined : (last.endsAtMs ?? last.updatedAtMs);
  const since =
    lastMs === undefined
      ? 'No alert is known.'
      : `The last alert ended ${durationText(nowMs - lastMs)} ${isReplay ? 'before its end' : 'ago'}.`;
  const reporting = `${countsText(overview)}. ${since}`;
  if (sick.length === 0) {
    const say = isReplay ? 'At the end of the recording all was normal.' : 'All is normal.';
    return { glyph: 'ok', say, sub: reporting, meaning: say };
  }
  const say = `No alert is open, but ${sick.map(({ cluster, status }) => `${cluster} is ${status}`).join(', ')}.`;
  const reasons = sick.map(({ reason }) => reason).filter(Boolean);
  return { glyph: 'warning', say, sub: `${reasons.join('; ')}. ${reporting}`, meaning: say };
}

/** Returns what reports, in words: `5 machines, 3 topics and 3 chunkservers report`. */
function countsText({ counts }: Overview): string {
  const words = [
    [counts.machines, 'machine'],
    [counts.topics, 'topic'],
    [counts.chunkservers, 'chunkserver'],
  ] as const;
  const parts = words
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}${count === 1 ? '' : 's'}`);
  if (parts.length === 0) return 'Nothing reports yet';
  const verb = parts.length === 1 && parts[0]!.startsWith('1 ') ? 'reports' : 'report';
  return `${parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`} ${verb}`;
}

interface Around {
  readonly overview: Overview;
  readonly nowMs: number;
  readonly zone: Zone;
}

function alarmed(worst: AlertSummary, around: Around): Situation {
  const { overview, nowMs } = around;
  const title = lowered(alertTitle(worst));
  const duration = durationText(nowMs - worst.startsAtMs);
  const count = overview.alerts.openCount - overview.alerts.silenced;
  const scope = scopeOf(worst);
  const state = `${scope} ${isPlural(scope) ? 'are' : 'is'} ${states[worst.severity]}`;
  const isSentenceOfOne = worst.severity === 'critical' || count === 1;
  const begin = isSentenceOfOne ? `${state}: ${title}` : `${leadingNumber(count)} alerts are open, the worst: ${title}`;
  const others = isSentenceOfOne && count > 1 ? othersText(count - 1) : '';
  const fine = fineText(overview);
  return {
    glyph: worst.severity,
    say: `${begin}, for ${duration}.`,
    sub: [consequence(worst), others, fine, toldText(worst, around)].filter(Boolean).join(' '),
    meaning: `${begin}. ${count} open.`,
  };
}

function othersText(count: number): string {
  return count === 1 ? 'One other alert is open.' : `${leadingNumber(count)} other alerts are open.`;
}

/** Returns the first clause of the headline, which names value and expectation; the rest repeats the title and the time. */
function consequence({ headline }: AlertSummary): string {
  const [first = ''] = plainHeadline(headline).split(/, since \d\d:\d\d|; \d+ series off/, 1);
  const text = first.slice(0, 1).toUpperCase() + first.slice(1);
  return text === '' || text.endsWith('.') ? text : `${text}.`;
}

/**
 * Returns which parts are normal: those without any alert, also one that is silenced or a notice. None is while a cluster is down or
 * degraded, or while alerts are open that are not listed: that may be so because of any part.
 */
function fineText({ counts, alerts, status }: Overview): string {
  if (sickOf(status).length > 0 || alerts.openCount > alerts.open.length) return '';
  const troubled = new Set([...Object.keys(totalsOf(alerts).troubled).map(scopeOfKind), ...alerts.open.map(scopeOf)]);
  const known: readonly (readonly [Scope, number])[] = [
    ['Storage', counts.chunkservers],
    ['Streaming', counts.topics + counts.consumerGroups],
    ['Machines', counts.machines],
  ];
  const fine = known.filter(([scope, count]) => count > 0 && !troubled.has(scope)).map(([scope]) => scope);
  if (fine.length === 0) return '';
  const verb = fine.length === 1 && !isPlural(fine[0]!) ? 'is' : 'are';
  return `${[fine[0], ...fine.slice(1).map((scope) => scope.toLowerCase())].join(' and ')} ${verb} normal.`;
}

function toldText({ paged, acknowledged, severity, isReplay }: AlertSummary, { nowMs, zone }: Around): string {
  if (isReplay === true) return '';
  const at = (ms: number): string => momentText(ms, zone, nowMs);
  if (paged === undefined) return severity === 'info' ? 'Nobody is paged for a notice.' : 'Nobody was paged yet.';
  const who =
    acknowledged === undefined
      ? 'nobody has acknowledged yet'
      : `${acknowledged.by} acknowledged at ${at(acknowledged.atMs)}`;
  return `On call was paged at ${at(paged.atMs)}; ${who}.`;
}

/** Returns a range as two times of day: `15:14:50 to 15:29:50 UTC`. */
export function rangeText({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }, zone: Zone): string {
  const isLong = toMs - fromMs > 24 * 3_600_000;
  const text = (ms: number): string => (isLong ? momentText(ms, zone, 0) : clockText(ms, zone));
  return `${text(fromMs)} to ${text(toMs)}${zone === 'utc' ? ' UTC' : ''}`;
}
