/** Words beside which a program names its port: `listening on http://0.0.0.0:3000`, `Server running at port 3000`, `Uvicorn running on …`. */
const SAYS_SO = /listen|running|serving|started|ready|bound|bind/i;

/** `http://[::]:3000/mcp`, `0.0.0.0:3000`, `port 3000`, `port=3000`, `:3000` */
const PORT = /(?::|\bport(?:\s+|\s*[:=]\s*))(\d{2,5})\b(?!:)/gi;

/** Ports on which a program says that it listens, by lines of its output; the newest word of it first. */
export function portsIn(lines: readonly string[]): readonly number[] {
  const ports = lines
    .filter((line) => SAYS_SO.test(line))
    .toReversed()
    .flatMap((line) => [...line.matchAll(PORT)].map(([, digits]) => Number(digits)))
    // What is smaller is a time of day more often than a port.
    .filter((port) => port >= 80 && port <= 65_535);
  return [...new Set(ports)].slice(0, 3);
}
