import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colours a text for stdout: nothing where that is no terminal, or where NO_COLOR is set (no-color.org). */
export const colour = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });

/** Green for what is well, yellow for what is on its way, red for what is not. */
export const colourOf = (status: 'True' | 'False' | 'Unknown', text: string): string =>
  colour(({ True: 'green', False: 'red', Unknown: 'yellow' } as const)[status], text);
