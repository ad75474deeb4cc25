const MEBIBYTE = 2 ** 20;

/** Bytes as `kubectl top` tells them: `85Mi`. */
export const memory = (bytes: number | undefined): string =>
  bytes === undefined ? '-' : `${Math.ceil(bytes / MEBIBYTE)}Mi`;

/** Cores in thousandths, as `kubectl top` tells them: `120m`. */
export const cores = (count: number | undefined): string =>
  count === undefined ? '-' : `${Math.round(count * 1000)}m`;
