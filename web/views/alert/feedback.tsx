import type { JSX } from 'preact';
import { judge } from '../../alerts/send.ts';
import type { AlertDetail, Verdict } from '../../api/alert-types.ts';
import { Button } from '../../parts/button.tsx';

const verdicts: readonly (readonly [Verdict, string])[] = [
  ['useful', 'Useful'],
  ['expected', 'Expected'],
  ['noise', 'Noise'],
  ['wrong cause', 'Wrong cause'],
];

/** One press that judges the alert. The newest judgement is marked. */
export function FeedbackButtons({ alert }: { readonly alert: AlertDetail }): JSX.Element {
  const given = alert.feedback ?? [];
  const newest = given.at(-1);
  return (
    <section>
      <h2>Was this page right?</h2>
      <div class="fb">
        {verdicts.map(([verdict, word]) => (
          <Button
            key={verdict}
            isAct
            isPressed={newest?.verdict === verdict}
            onPress={() => void judge({ id: alert.id, cluster: alert.entity.cluster }, verdict)}
          >
            {word}
          </Button>
        ))}
      </div>
      <p class="hint">
        {newest === undefined
          ? 'Noise and wrong causes count against these series when thresholds are tuned.'
          : given.map(({ verdict, by }) => `${verdict}, by ${by}`).join('; ')}
      </p>
    </section>
  );
}
