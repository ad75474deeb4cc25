/**
 * ms by which the clock of who sent a header Date is ahead of ours; undefined without a date that can be read. `asked` and `answered` are by our clock.
 * Date has whole seconds (RFC 9110 section 5.6.7), so its middle is meant, and the answer was made in the middle of the exchange.
 */
export function clockAhead(date: string | null | undefined, asked: number, answered: number): number | undefined {
  const theirs = Date.parse(date ?? '');
  return Number.isNaN(theirs) ? undefined : theirs + 500 - (asked + answered) / 2;
}
