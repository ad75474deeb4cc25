/** Variables that together belong to one process that Mooring started, and to what it started: two copies of a server have two ports. */
const MARKS = ['PORT', 'MOORING_SERVER', 'MOORING_IDENTITY_JWKS'] as const;

/** The entries that tell a server's processes from all others; none where one of them is missing. */
export function processMarks(env: Readonly<Record<string, string>>): readonly string[] {
  const marks = MARKS.flatMap((name) => (env[name] === undefined ? [] : [`${name}=${env[name]}`]));
  return marks.length < MARKS.length ? [] : marks;
}
