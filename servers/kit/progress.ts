/** How far a call is. */
export interface Progress {
  /** Grows; what does not grow is not sent (MCP, "Progress"). */
  readonly progress: number;
  /** What `progress` goes to, where that is known. */
  readonly total?: number;
  /** For people. */
  readonly message?: string;
}

/** Milliseconds between two notifications: as often as people can read them. */
const PAUSE_MS = 250;

/** Sends progress at most every 250 ms; the first and the last one (`progress` equal to `total`) at once. What comes between is left out. */
export function throttledProgress(send: (progress: Progress) => void): (progress: Progress) => void {
  let sentAt = -Infinity;
  let sent = -Infinity;
  return (progress) => {
    const now = performance.now();
    const isLast = progress.progress === progress.total;
    if (progress.progress <= sent || (now - sentAt < PAUSE_MS && !isLast)) return;
    sentAt = now;
    sent = progress.progress;
    send(progress);
  };
}
