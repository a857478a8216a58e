// Starts the console: the language, who is signed in, then the shell with its pages.
import {startLanguage} from './i18n.js';

await startLanguage();
await import('./components/shell.js');
