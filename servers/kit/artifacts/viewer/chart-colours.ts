/** As many as people tell apart; page.css has them for both themes. */
const COLOURS = 8;

export const colourClass = (index: number): string => `colour-${index % COLOURS}`;
