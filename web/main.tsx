import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import { App } from './frame/app.tsx';
import { beginClock } from './frame/clock.ts';
import { beginPolling } from './frame/poll.ts';
import { drawVisibleText } from './frame/visible-text.ts';
import { followAddress } from './frame/where.ts';
import './parts/field.css';
import './parts/table.css';

beginClock();
drawVisibleText();
followAddress();
beginPolling();
render(<App />, document.body);
