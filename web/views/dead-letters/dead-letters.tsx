import type { JSX } from 'preact';
import { leadingNumber } from '../../alerts/words.ts';
import { useAnswer } from '../../api/answer.ts';
import type { DeadLetters } from '../../api/operation-types.ts';
import { Section } from '../../parts/section.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { Answered } from '../../parts/states.tsx';
import { CollisionItem } from './collision.tsx';
import { GroupItem } from './group.tsx';
import { lastHour, redriveCount } from './letters.ts';
import './dead-letters.css';
import '../../parts/rail.css';

/** Answers which documents were not used, and what to do. */
export function DeadLettersView(): JSX.Element {
  const answer = useAnswer<DeadLetters>('/api/dead-letters');
  return (
    <Answered answer={answer} what="The dead letters" rows={6}>
      {(data) => <Page data={data} />}
    </Answered>
  );
}

function Page({ data: { groups, collisions, note } }: { readonly data: DeadLetters }): JSX.Element {
  const sorted = groups.toSorted((a, b) => lastHour(b) - lastHour(a) || b.count - a.count);
  const reasons = groups.length + collisions.length;
  return (
    <>
      <Situation groups={sorted} collisions={collisions} />
      {reasons > 0 && (
        <Section title="By reason" note={`${reasons}, most in the last hour first; bars: count per hour, 24 h`}>
          {collisions.map((collision) => (
            <CollisionItem key={`${collision.dataset} ${collision.entity}`} collision={collision} />
          ))}
          {sorted.map((group) => (
            <GroupItem
              key={`${group.stage} ${group.reason} ${group.topic}`}
              group={group}
              redrives={redriveCount(group, groups)}
            />
          ))}
        </Section>
      )}
      {note !== undefined && <p class="foot-note nb">{note}</p>}
    </>
  );
}

function Situation({ groups, collisions }: Pick<DeadLetters, 'groups' | 'collisions'>): JSX.Element {
  const letters = [...groups, ...collisions];
  const all = letters.reduce((sum, { count }) => sum + count, 0);
  const hour = letters.reduce((sum, each) => sum + lastHour(each), 0);
  if (all === 0) {
    const say = 'Every document was used: there are no dead letters.';
    return (
      <Sentence
        glyph="ok"
        isSmall
        say={say}
        sub="A document that cannot be used is kept here, with its reason."
        meaning={say}
      />
    );
  }
  const redrivable = groups.filter(({ canRedrive }) => canRedrive).length;
  const settings = groups.filter(({ setting }) => setting !== undefined).length + collisions.length;
  const reasons = letters.length;
  const what =
    hour === 0
      ? `${all.toLocaleString('en')} ${all === 1 ? 'document' : 'documents'} could not be used, none of them in the last hour; every one is kept.`
      : `${hour.toLocaleString('en')} ${hour === 1 ? 'document' : 'documents'} could not be used in the last hour; every one is kept.`;
  const helps = settings === 0 ? '' : `For ${settings} of ${reasons} reasons a setting helps. `;
  const again = redrivable === 0 ? 'None can be redriven now.' : `${leadingNumber(redrivable)} can be redriven now.`;
  return (
    <Sentence glyph={hour === 0 ? 'info' : 'warning'} isSmall say={what} sub={`${helps}${again}`} meaning={what} />
  );
}
