import type { JSX } from 'preact';
import { sessionRoutes } from '../../functions/shared/domain/sign-in.ts';
import { postJson } from '../api/client.ts';
import { session } from '../api/session.ts';
import { me } from './me.ts';
import { toastFailure } from './toast.tsx';

/** Ends the session here and at the user pool, which then sends the browser back. */
export async function signOut(): Promise<void> {
  try {
    const { location: next } = await postJson<{ readonly location: string }>(sessionRoutes.end, {});
    session.forget();
    location.assign(next);
  } catch (error) {
    toastFailure(`You are still signed in: ${(error as Error).message}`);
  }
}

/** Returns whether somebody is signed in with an account. */
export const hasAccount = (): boolean => me.value.signIn === 'cognito';

/** States who is signed in with an account, and ends the session. */
export function AccountLine(): JSX.Element | null {
  if (!hasAccount()) return null;
  return (
    <span class="account">
      <bdi>{me.value.name}</bdi>
      {`, ${me.value.role}. `}
      <button type="button" onClick={() => void signOut()}>
        Sign out
      </button>
    </span>
  );
}
