export interface Loop {
  /** Runs the task once more in `delay` ms, or earlier where it is due earlier. */
  hurry(delay: number): void;
  /** Ends the loop and waits for a run that is under way. */
  stop(): Promise<void>;
}

/** Runs a task again and again, never two at a time; the task says in how many ms it wants to run next. Keeps no process alive. */
export function startLoop(task: () => Promise<number>, firstDelay: number): Loop {
  let timer: NodeJS.Timeout | undefined;
  let due = Infinity;
  let running: Promise<void> | undefined;
  let isMissed = false;
  let isStopped = false;

  function hurry(delay: number): void {
    const at = performance.now() + delay;
    if (isStopped || at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(start, delay).unref();
  }

  function start(): void {
    due = Infinity;
    if (running) {
      isMissed = true;
      return;
    }
    running = task().then((delay) => {
      running = undefined;
      hurry(isMissed ? 0 : delay);
      isMissed = false;
    });
  }

  hurry(firstDelay);
  return {
    hurry,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
