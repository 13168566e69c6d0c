import type { GroupRow } from '../../api/data-types.ts';
import { quantityText } from '../../format/quantity.ts';
import { counted } from '../../format/words.ts';
import { statusOf } from './rows.ts';

/** The judgement of the groups that read. */
export interface GroupsJudgement {
  readonly glyph: 'ok' | 'unknown' | 'warning' | 'down';
  readonly say: string;
  readonly meaning: string;
  /** The reason of the worst group, or the number of the others that have trouble. */
  readonly sub?: string;
}

const hasTrouble = ({ stalled, status }: GroupRow): boolean => stalled || status === 'down' || status === 'degraded';

const isUnknown = (group: GroupRow): boolean => statusOf(group) === 'unknown';

/** Returns whether groups keep up. A group whose lag is not known is counted apart: it neither keeps up nor is behind. @param groups the worst first */
export function judgeGroups(groups: readonly GroupRow[]): GroupsJudgement {
  const troubled = groups.filter(hasTrouble);
  const [first] = troubled;
  if (first !== undefined) {
    const sub = first.reason ?? (troubled.length > 1 ? `${troubled.length - 1} more have trouble.` : undefined);
    return {
      glyph: first.status === 'down' ? 'down' : 'warning',
      say: `${first.name} ${first.stalled ? 'stands still' : 'has trouble'}: ${behindText(first)}.`,
      meaning: `${first.name} ${first.stalled ? 'stands still' : 'has trouble'}`,
      ...(sub !== undefined && { sub }),
    };
  }
  if (groups.length === 0) {
    const say = 'No consumer group is watched.';
    return { glyph: 'unknown', say, meaning: say };
  }
  const known = groups.filter((group) => !isUnknown(group));
  const unknown = groups.length - known.length;
  if (unknown === 0) return { glyph: 'ok', say: keepsUpText(known), meaning: 'Every group keeps up' };
  const meaning = unknownText(unknown, groups.length);
  return { glyph: 'unknown', say: known.length === 0 ? meaning : `${meaning} ${otherText(known)}`, meaning };
}

const mostOf = (groups: readonly GroupRow[]): number =>
  Math.round(Math.max(...groups.map(({ last }) => last.lag ?? 0)));

function unknownText(unknown: number, all: number): string {
  if (all === 1) return 'The lag of the one group is not known.';
  return unknown === all
    ? `The lag of all ${all} groups is not known.`
    : `${unknown} of ${all} groups ${unknown === 1 ? 'is' : 'are'} not known.`;
}

function otherText(known: readonly GroupRow[]): string {
  const [who, keeps, reads] = known.length === 1 ? ['The other one', 'keeps', 'has'] : ['The others', 'keep', 'have'];
  const most = mostOf(known);
  return most === 0
    ? `${who} ${reads} read everything.`
    : `${who} ${keeps} up: the largest lag is ${counted(most, 'message')}.`;
}

function keepsUpText(groups: readonly GroupRow[]): string {
  const most = mostOf(groups);
  if (most === 0)
    return groups.length === 1 ? 'The one group has read everything.' : 'Every group has read everything.';
  return `Every group keeps up: the largest lag is ${counted(most, 'message')}.`;
}

function behindText({ last, topics }: GroupRow): string {
  const on = `on ${topics.join(', ')}`;
  if (last.lag !== null) {
    const time = last.lagS === null ? '' : `, or ${quantityText(last.lagS, 's')},`;
    return `${counted(Math.round(last.lag), 'message')}${time} behind ${on}`;
  }
  return last.lagS === null
    ? `how far it is behind ${on} is not known`
    : `${quantityText(last.lagS, 's')} behind ${on}`;
}
