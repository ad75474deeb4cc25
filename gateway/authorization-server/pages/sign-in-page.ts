import { html } from 'hono/html';
import { page, type Html } from './layout.ts';

export interface SignInPage {
  /** What the user wants to reach. */
  readonly server: string;
  readonly client: string;
  /** Why the last attempt failed. */
  readonly problem?: { readonly message: string; readonly id: string };
  readonly username?: string;
}

export const signInPage = ({ server, client, problem, username = '' }: SignInPage): Html =>
  page(
    'Sign in',
    html`<h1>Sign in</h1>
      <p class="soft">to let <bdi>${client}</bdi> use <bdi>${server}</bdi></p>
      ${problem ? html`<p class="problem" role="alert">${problem.message} <small>(${problem.id})</small></p>` : ''}
      <form method="post">
        <label for="username">Name</label>
        <input
          id="username"
          name="username"
          value="${username}"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          maxlength="64"
          required
          ${username ? '' : 'autofocus'}
        />
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          maxlength="256"
          required
          ${username ? 'autofocus' : ''}
        />
        <div class="actions">
          <button class="main" name="action" value="sign-in">Sign in</button>
          <button name="action" value="cancel" formnovalidate>Cancel</button>
        </div>
      </form>`,
  );
