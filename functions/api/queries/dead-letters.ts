import type * as z from 'zod';
import type { deadLettersAnswer } from '../answers/operations.ts';
import type { Shown } from '../answers/shown.ts';
import type { LetterGroup, LettersRead } from '../operations.ts';

type DeadLetters = Shown<z.infer<typeof deadLettersAnswer>>;
type Collision = DeadLetters['collisions'][number];

/** The remedies, by a pattern of the reason: the first that matches applies. See docs/metrics.md, dead letters. */
const remedies: readonly (readonly [reason: RegExp, remedy: string])[] = [
  [/^collision$/, 'add the setting that tells the documents apart; do not send them back'],
  [/^step failed$/, 'a defect of Offbeat: keep the letter and report it'],
  [/^refused by the warehouse$/, 'set the warehouse up for this release, then send them back'],
  [/^unknown schema$/, 'another release wrote them: finish the deployment, then send them back'],
  [
    /^no measurement$|^too many fields$/,
    'ship documents with numbers, or name what to leave out under sources in the settings',
  ],
  [/^no entity$/, 'let the shipper name its host or its service'],
  [/^timestamp/, 'correct the clock or the time stamp of the shipper'],
  [/^not |^nested|^message too large/, 'correct the shipper, which sends what Offbeat does not read'],
  [/^too many silences$/, 'end some silences, or use one with a wider pattern'],
];
/**
 * The reasons that lie in the record itself, so that it is refused again however often it is sent back. A document without numbers, or
 * with too many fields, may be read once the settings say how.
 */
const refusedAgain = /^collision$|^not |^nested|^message too large|^no entity$|^timestamp|^step failed$/;
const otherRemedy = 'correct what its detail names, then send them back';

/**
 * Returns the answer about dead letters: each group with its remedy, and apart from them the collisions whose fields are known. No letter is
 * in both.
 */
export function explained({ groups, note }: LettersRead, limit: number): DeadLetters {
  const sorted = groups.toSorted((a, b) => b.lastMs - a.lastMs);
  const read = sorted.map((group) => ({ group, collision: collisionOf(group) }));
  return {
    groups: read.flatMap(({ group, collision }) => (collision === undefined ? [explain(group)] : [])).slice(0, limit),
    collisions: read.flatMap(({ collision }) => collision ?? []),
    ...(note !== undefined && { note }),
  };
}

function explain(group: LetterGroup): DeadLetters['groups'][number] {
  const { reason, example, canRedrive } = group;
  const field = /^([A-Za-z@_][\w.@[\]-]{0,127}): /.exec(example.detail)?.[1];
  const setting = settingIn(example.detail);
  return {
    ...group,
    example: { ...example, ...(field !== undefined && { field }) },
    remedy: remedies.find(([pattern]) => pattern.test(reason))?.[1] ?? otherRemedy,
    ...(setting !== undefined && { setting }),
    canRedrive: canRedrive && !refusedAgain.test(reason),
  };
}

const settingIn = (detail: string): string | undefined => /add to the settings: (.+)$/.exec(detail)?.[1];

/** Reads the detail of a collision that detect found. That of persist names no fields. */
function collisionOf({ reason, example: { detail }, count, perHour }: LetterGroup): Collision | undefined {
  if (reason !== 'collision') return undefined;
  const [, entity, dataset] = /^(\S+\/\S+\/.+?) (\S+?)(?:\{.*\})?: documents of several things/.exec(detail) ?? [];
  if (entity === undefined || dataset === undefined) return undefined;
  const fields = /they differ in (.+?);/.exec(detail)?.[1]?.split(', ') ?? [];
  const setting = settingIn(detail);
  return { entity, dataset, fields, count, perHour, ...(setting !== undefined && { setting }) };
}
