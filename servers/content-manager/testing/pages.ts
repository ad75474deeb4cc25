/** Paragraphs that are one text and no other, long enough for an article. */
const sentences = (about: string, seed: string): string =>
  Array.from(
    { length: 12 },
    (_, index) =>
      `In chapter ${seed}${index} the ${about} are measured, by gauge ${seed}${index * 7}, and written down with care ${seed}.`,
  ).join(' ');

/** An article as a site serves it. */
export const articlePage = (title: string, about: string, seed: string, head = ''): string =>
  `<!doctype html><html lang="en"><head><title>${title}</title>${head}</head><body><nav>Menu</nav>
  <article><h1>${title}</h1><p>${sentences(about, seed)}</p><p>${sentences('clouds', `${seed}x`)}</p></article></body></html>`;
