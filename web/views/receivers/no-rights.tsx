import type { JSX } from 'preact';
import { me } from '../../frame/me.ts';
import { toast } from '../../frame/toast.tsx';
import { Button } from '../../parts/button.tsx';
import { copyText } from '../../parts/copy.ts';
import { SectionHead } from '../../parts/section.tsx';
import '../../parts/rights.css';
import '../../parts/steps.css';

const rights: readonly (readonly [action: string, viewer: boolean, operator: boolean])[] = [
  ['See every view, copy links, export', true, true],
  ['Acknowledge, comment, give feedback', false, true],
  ['Silence, resolve', false, true],
  ['Send a test, redrive', false, true],
  ['See secrets', false, false],
];

/** Shows what a person's role allows, and how to get another one. */
export function NoRights(): JSX.Element {
  const request = `Please give me the role operator of Offbeat at ${location.origin}. I am ${me.value.name || 'not named'}, with the role ${me.value.role}.`;
  return (
    <section class="sec norights">
      <div>
        <SectionHead title="What your role allows" />
        <table class="roles">
          <thead>
            <tr>
              <th scope="col">Action</th>
              <th scope="col">
                viewer<span class="you">you</span>
              </th>
              <th scope="col">operator</th>
            </tr>
          </thead>
          <tbody>
            {rights.map(([action, ...allowed]) => (
              <tr key={action}>
                <td>{action}</td>
                {['viewer', 'operator'].map((role, nth) => (
                  <td key={role} class={allowed[nth] ? 'y' : 'n'}>
                    {allowed[nth] ? 'yes' : 'no'}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div>
        <SectionHead title="How to get another one" />
        <ol class="steps">
          <li>Ask the owner of this console.</li>
          <li>They give you a token or a group with the role operator.</li>
          <li>Sign in again. Rights are read at sign-in.</li>
        </ol>
        <div class="fb padt">
          <Button
            onPress={() => {
              void copyText(request).then(() => toast('Request copied'));
            }}
          >
            Copy the request
          </Button>
          <a class="btn" href="/sign-in">
            Sign in
          </a>
        </div>
      </div>
    </section>
  );
}
