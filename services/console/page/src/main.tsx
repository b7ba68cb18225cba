import 'uplot/dist/uPlot.min.css';
import './style/tokens.css';
import './style/base.css';
import './style/parts.css';
import './style/pages.css';
import { render } from 'preact';
import { App } from './app';
import { take_link } from './lib/link_secret';
import { start_theme } from './lib/theme';

// Before anything else, so that the secret is neither shown for long nor kept in the browser's
// history.
take_link();
start_theme();
render(<App />, document.getElementById('app')!);
