/**
 * Cuts a YAML text into pieces of at most one document each; joined they are the text. A line that begins with `---` or `...` is a document marker
 * wherever it stands, also inside of what looks like text (YAML 1.2.2, 9.1.2 and 7.1: c-forbidden).
 */
export function splitYaml(text: string): readonly string[] {
  const cuts = [...text.matchAll(/^(?:---(?=\s|$)|\.\.\.(?=\s|$).*(?:\n|$))/gm)].map(({ index, 0: marker }) =>
    marker.startsWith('.') ? index + marker.length : index,
  );
  const edges = [0, ...cuts.filter((cut) => cut > 0 && cut < text.length), text.length];
  return edges.slice(0, -1).map((start, index) => text.slice(start, edges[index + 1]));
}
