import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { forgetAnswers } from '../../api/answer.ts';
import { ApiProblem, getJson, keepToken, signInReason } from '../../api/client.ts';
import { refreshAll } from '../../api/live.ts';
import { session, signInWay } from '../../api/session.ts';
import type { Me } from '../../api/types.ts';
import { navigate, path } from '../../frame/address.ts';
import { Mark } from '../../frame/brand.tsx';
import { me } from '../../frame/me.ts';
import { Button } from '../../parts/button.tsx';
import { Glyph } from '../../parts/glyph.tsx';
import { AccountSignIn, returnAddress } from './account.tsx';
import './sign-in.css';

/** The way in. It has no frame; after it, the view opens that was asked for. */
export function SignIn(): JSX.Element {
  const reason = signInReason.value;
  useEffect(() => {
    if (signInWay.peek() === null) void session.renew();
  }, []);
  return (
    <main class="signin">
      <div class="logo">
        <Mark size={28} />
        <span>Offbeat</span>
      </div>
      {reason === 'ended' && (
        <p class="banner info">
          <Glyph name="info" />
          Your session ended, or the token is not valid any more. Sign in to return to where you were.
        </p>
      )}
      <h1>Sign in to see the state of your clusters</h1>
      {signInWay.value === 'account' && <AccountSignIn onReturn={() => void enter()} />}
      {signInWay.value === 'token' && (
        <>
          <TokenForm />
          <p class="hint">
            A wall screen uses a token with the role <b>viewer</b>. It can read, and change nothing.
          </p>
        </>
      )}
      <p class="hint foot1">{`${location.host}. Alerts are sent whether or not somebody is signed in.`}</p>
    </main>
  );
}

function TokenForm(): JSX.Element {
  const token = useSignal('');
  const refusal = useSignal<string | null>(null);
  const isBusy = useSignal(false);
  const signIn = async (event: Event): Promise<void> => {
    event.preventDefault();
    isBusy.value = true;
    refusal.value = await tryToken(token.value.trim());
    isBusy.value = false;
  };
  return (
    <>
      {refusal.value !== null && (
        <p class="banner err" role="alert">
          <Glyph name="critical" />
          {refusal.value}
        </p>
      )}
      <form onSubmit={(event) => void signIn(event)}>
        <label class="flabel" for="token">
          Access token
        </label>
        <input
          id="token"
          class="inp"
          type="password"
          autocomplete="current-password"
          value={token.value}
          onInput={(event) => {
            token.value = event.currentTarget.value;
          }}
        />
        <Button
          type="submit"
          kind="primary"
          class="big1"
          busy={isBusy.value ? 'Signing in' : undefined}
          isDisabled={token.value.trim() === ''}
        >
          Sign in
        </Button>
      </form>
    </>
  );
}

/** Signs in with a token. Returns why it was refused; `null` if it was not. */
async function tryToken(token: string): Promise<string | null> {
  keepToken(token);
  try {
    await enter();
    return null;
  } catch (error) {
    keepToken(null);
    const isRefused = error instanceof ApiProblem && error.status === 401;
    return isRefused ? 'This token is not known, or it has expired.' : String((error as Error).message);
  }
}

/** Opens the view that was asked for. @throws {ApiProblem} if nobody is signed in */
async function enter(): Promise<void> {
  me.value = await getJson<Me>('/api/me');
  signInReason.value = null;
  forgetAnswers();
  if (path.value === '/sign-in') navigate(returnAddress(), { replace: true });
  refreshAll();
}
