import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { type SignInProblem, sessionRoutes, signInProblems } from '../../../functions/shared/domain/sign-in.ts';
import { signInReason } from '../../api/client.ts';
import { session } from '../../api/session.ts';
import { path, query } from '../../frame/address.ts';
import { Glyph } from '../../parts/glyph.tsx';

const words: Readonly<Record<SignInProblem, string>> = {
  expired: 'This sign-in took longer than ten minutes, or began in another tab or browser. Sign in again.',
  cancelled: 'You were not signed in. Sign in again, or ask the owner of this console for an account.',
  refused:
    'The user pool did not accept this sign-in. Sign in again; if it fails again, the log of the function page says why.',
  unavailable: 'The user pool does not answer. Wait a minute, then sign in again.',
};

/** Returns the words for a problem that the address names; `undefined` for any other text. */
export function problemWords(named: string | null): string | undefined {
  const problem = signInProblems.find((one) => one === named);
  return problem === undefined ? undefined : words[problem];
}

/** Returns the address that a sign-in comes back to: the one that is shown, or the one from which `/sign-in` was opened. */
export function returnAddress(): string {
  if (path.value !== '/sign-in') return location.pathname + location.search;
  return query.value.get('return') ?? '/';
}

/** Offers to sign in with an account. Who has signed in meanwhile in another tab comes back to the view. */
export function AccountSignIn({ onReturn }: { readonly onReturn: () => void }): JSX.Element {
  const problem = problemWords(query.value.get('problem'));
  useEffect(() => {
    const look = async (): Promise<void> => {
      if (document.hidden || signInReason.peek() === null) return;
      if ((await session.renew()) === 'renewed') onReturn();
    };
    const onShow = (): void => void look();
    document.addEventListener('visibilitychange', onShow);
    return () => document.removeEventListener('visibilitychange', onShow);
  }, [onReturn]);
  return (
    <>
      {problem !== undefined && (
        <p class="banner err" role="alert">
          <Glyph name="critical" />
          {problem}
        </p>
      )}
      <a class="btn primary big1" href={`${sessionRoutes.start}?return=${encodeURIComponent(returnAddress())}`}>
        Sign in
      </a>
      <p class="hint">
        Everybody with an account may read. Members of the group <b>operator</b> may act.
      </p>
    </>
  );
}
