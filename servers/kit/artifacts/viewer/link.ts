import { element } from './element.ts';

/** Who opens links: the client, because a framed page may not. */
export type OpenLink = (url: string) => void;

/** A link to the web; its text alone, for every other address. */
export function link(address: string, text: Node | string, openLink: OpenLink): HTMLElement {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return element('span', {}, text);
  const anchor = element('a', { href: url.href, title: url.href, rel: 'noopener noreferrer', target: '_blank' }, text);
  anchor.addEventListener('click', (event) => {
    event.preventDefault();
    openLink(url.href);
  });
  return anchor;
}
