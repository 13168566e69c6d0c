import { render } from 'preact';
import './styles/tokens.css';
import './styles/app.css';
import './styles/views.css';

render(<main>Offbeat</main>, document.body);
