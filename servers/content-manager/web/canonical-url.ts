/** Parameters that say where a reader came from, not what is read. */
const TRACKING = /^(utm_\w+|gclid|dclid|fbclid|msclkid|mc_[ce]id|igshid|ref_src|yclid|_hsenc|_hsmi|vero_id)$/i;

/** One spelling for the many addresses of a page: to find what is there already, not to fetch it. */
export function canonicalUrl(address: string): string {
  const url = new URL(address);
  url.hash = '';
  const tracking = Array.from(url.searchParams.keys()).filter((name) => TRACKING.test(name));
  for (const name of tracking) url.searchParams.delete(name);
  url.searchParams.sort();
  url.pathname = url.pathname.replace(/\/(index\.html?)?$/, '') || '/';
  // The same page with and without TLS is one page.
  if (url.protocol === 'http:' && url.port === '') url.protocol = 'https:';
  return url.href;
}
