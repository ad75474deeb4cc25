/** A page without scripts and without anything from elsewhere; the code in its address goes to nobody by a Referer. */
export const CALLBACK_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  connection: 'close',
};

/** Both are ours: nothing that a stranger wrote is shown there. */
export interface CallbackPage {
  readonly title: string;
  readonly text: string;
}

export const callbackPage = ({ title, text }: CallbackPage): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>${title} · Mooring</title>
<h1>${title}</h1>
<p>${text}</p>
</html>
`;
