/** A date as pages and feeds write it (RFC 3339, RFC 822), as RFC 3339; undefined for what is none, or none of this age. */
export function readDate(text: string | null | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '' || trimmed.length > 60) return undefined;
  if (/^\d{4}-\d{2}-\d{2}$/.test(trimmed)) return Number.isNaN(Date.parse(trimmed)) ? undefined : trimmed;
  const date = new Date(trimmed);
  const year = date.getUTCFullYear();
  return year >= 1900 && year < 2200 ? date.toISOString() : undefined;
}
