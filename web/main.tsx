import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import { getJson } from './api/client.ts';
import type { Me } from './api/types.ts';
import { App } from './frame/app.tsx';
import { beginClock } from './frame/clock.ts';
import { me } from './frame/me.ts';
import { beginPolling } from './frame/poll.ts';
import { drawVisibleText } from './frame/visible-text.ts';
import { followAddress } from './frame/where.ts';
import './parts/field.css';
import './parts/table.css';

beginClock();
drawVisibleText();
followAddress();
void getJson<Me>('/api/me').then(
  (known) => {
    me.value = known;
  },
  // A viewer until the server says who it is; the client keeps whether somebody must sign in.
  () => undefined,
);
beginPolling();
render(<App />, document.body);
