import { chromium, type Browser, type Page } from 'playwright-core';
import { chromiumPath } from './chromium.ts';

/** Chromium's sandbox needs rights that containers lack; the rest keeps it from the network and from dialogs. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A headless Chromium; fails with a message that names the package where there is none. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), headless: true, args: ARGUMENTS });
}

export interface Person {
  readonly username: string;
  readonly password: string;
}

/** What a person does on the pages of the authorization server: signs in where that is asked, and allows. Fails with what the page says instead. */
export async function signInAndConsent(page: Page, person: Person): Promise<void> {
  try {
    await fillIn(page, person);
  } catch (error) {
    const shown = await page.innerText('body').catch(() => 'nothing');
    throw new Error(`${page.url()} shows: ${shown}`, { cause: error });
  }
}

async function fillIn(page: Page, { username, password }: Person): Promise<void> {
  const [signIn, allow] = [page.getByRole('button', { name: 'Sign in' }), page.getByRole('button', { name: 'Allow' })];
  await signIn.or(allow).waitFor();
  if (await signIn.isVisible()) {
    await page.getByLabel('Name').fill(username);
    await page.getByLabel('Password').fill(password);
    await signIn.click();
  }
  await allow.click();
}
