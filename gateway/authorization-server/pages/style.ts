import { hash } from 'node:crypto';
import { raw } from 'hono/html';

/** The whole style of the pages for people. Colours keep a contrast of at least 4.5:1 in both schemes (WCAG 2.2, 1.4.3). */
const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #fff; --text: #1c2024; --soft: #5b6370; --line: #d9dde3;
  --accent: #1f5fbf; --on-accent: #fff; --field: #fff; --note: #fdf6e3; --note-line: #e3c878; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --card: #1d2125; --text: #e8eaed; --soft: #a3abb6; --line: #363c44;
    --accent: #7fb0ff; --on-accent: #0d1b30; --field: #14171a; --note: #2b2617; --note-line: #6b5a26; --bad: #ff9a92;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; padding: 1rem; display: grid; place-items: center;
  background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif;
}
main {
  width: 100%; max-width: 30rem; padding: 1.75rem 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px; overflow-wrap: anywhere;
}
.brand { margin: 0 0 1rem; color: var(--soft); font-size: .875rem; }
h1 { margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.3; }
p { margin: 0 0 .75rem; }
small, .soft { color: var(--soft); font-size: .875rem; }
dl { margin: 1rem 0; border-top: 1px solid var(--line); }
dl > div { padding: .625rem 0; border-bottom: 1px solid var(--line); }
dt { color: var(--soft); font-size: .875rem; }
dd { margin: 0; }
dd small { display: block; }
code { font: .9375em ui-monospace, monospace; }
.scope {
  display: inline-block; margin: .25rem .375rem 0 0; padding: .0625rem .5rem;
  border: 1px solid var(--line); border-radius: 6px; background: var(--page);
}
.servers { max-height: 20rem; margin: .375rem 0; padding: 0 .75rem; overflow-y: auto; border: 1px solid var(--soft); border-radius: 8px; }
.servers p { margin: .375rem 0; }
.note, .problem { margin: 1rem 0; padding: .75rem 1rem; border-radius: 8px; border: 1px solid; font-size: .9375rem; }
.note { background: var(--note); border-color: var(--note-line); }
.problem { border-color: var(--bad); color: var(--bad); }
label { display: block; margin: 1rem 0 .25rem; font-size: .875rem; font-weight: 600; }
input, textarea {
  width: 100%; padding: .625rem .75rem; font: inherit; color: inherit; background: var(--field);
  border: 1px solid var(--soft); border-radius: 8px;
}
textarea { resize: vertical; }
.masked { -webkit-text-security: disc; }
form:has(.unmask:checked) .masked { -webkit-text-security: none; }
.check { display: flex; gap: .5rem; align-items: center; margin: .25rem 0 0; padding: .375rem 0; font-weight: 400; }
.check input { width: 1.125rem; height: 1.125rem; margin: 0; accent-color: var(--accent); }
.actions { display: flex; gap: .75rem; margin-top: 1.5rem; }
button {
  flex: 1; padding: .6875rem 1rem; font: inherit; font-weight: 600; cursor: pointer; border-radius: 8px;
  border: 1px solid var(--soft); background: transparent; color: inherit;
}
button.main { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

/** In one piece: one more blank inside would be another hash. */
export const STYLE_ELEMENT = raw(`<style>${STYLE}</style>`);

/** What `style-src` of the Content-Security-Policy allows: this sheet and no other. */
export const STYLE_HASH = `'sha256-${hash('sha256', STYLE, 'base64')}'`;
