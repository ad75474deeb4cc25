/**
 * Causes that doctor finds by itself, each with what it means (docs/doctor.md). They are stable: scripts compare them. Beside them a finding may carry
 * the reason of a condition as the operator wrote it.
 */
export const CAUSES = {
  NotDiscovered: 'No such server is seen, or no operator looks at it.',
  NotEnabled: '`spec.enabled` is false: nothing runs, and the endpoint is hidden.',
  PackageNotFound: 'The registry knows no package of that name and version.',
  ImageMissing: 'The image cannot be pulled.',
  WrongPort: 'The server listens on another port, or at another address, than it was told.',
  ConnectionRefused: 'Nothing listens there.',
  Timeout: 'It takes connections and does not answer in time.',
  ToolMissing: 'The server has no tool of that name.',
  PublicUrlWrong: '`publicUrl` is not where the gateway answers, or not what it calls itself.',
  GatewayDown: 'The gateway runs nowhere, or what stands before it does not reach it.',
  NotRouted: 'The gateway answers and does not know the server.',
  CertificateNotTrusted: 'The certificate of the public URL is not trusted here.',
  ClockSkew: 'Two clocks differ so much that tokens count as expired, or as not valid yet.',
  MetadataWrong: 'What clients read about signing in is missing or contradicts itself.',
  ChallengeMissing: 'Without a token the endpoint does not say where to get one.',
  NotSignedIn: 'There is no token to call it with.',
  UnsafeUrl: 'The public URL is plain http: a token that is sent there can be read on the way.',
  InvalidToken: 'The gateway does not take the token.',
  WrongIssuer: 'The token is of another authorization server.',
  WrongAudience: 'The token was made for another server.',
  NameChangedHands: 'The token was made for the server that had this name before.',
  ClientNotAllowed: 'The token was issued to another OAuth client than `oauth.clientId`.',
  ExpiredToken: 'The token has expired.',
  MissingScope: 'The token lacks a scope that the server or the tool needs.',
  CallFailed: 'The call does not come through, or the tool answers an error.',
  DoctorFailed: 'doctor could not look: a defect of its own.',
} as const;

export type Cause = keyof typeof CAUSES;
