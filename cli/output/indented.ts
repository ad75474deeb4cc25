/** Each line that is not empty two columns further in: lines of strangers below a heading of ours look like none of ours. */
export const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');
