const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Stops on the first signal and exits when that is done; the second one ends the process at once. Returns how to forget. */
export function stopOnSignal(stop: () => Promise<void>): () => void {
  const onSignal = (): void => {
    forget();
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  const forget = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return forget;
}
