/** Tells how long something took, beside what is wanted. No test fails by it: the machine's load is not the code's fault; `npm run bench:cluster` measures. */
export function tellFigure(what: string, ms: number, wantedMs: number): void {
  process.stdout.write(`figure: ${what}: ${ms} ms (wanted: at most ${wantedMs})\n`);
}
