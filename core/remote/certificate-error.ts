/** What OpenSSL says of a certificate that does not hold (verify(1), "Diagnostics"), as Node names it, and Node's own check of the name. */
const CERTIFICATE_ERROR =
  /^(?:CERT_\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF|DECRYPT_CERT|DECODE_ISSUER)\w*|ERROR_IN_CERT_\w+|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERR_TLS_CERT_\w+)$/;

/** Whether a connection failed because the other side did not prove who it is. `code` is that of the error. */
export const isCertificateError = (code: unknown): boolean => typeof code === 'string' && CERTIFICATE_ERROR.test(code);
