export interface WritingTask {
  readonly system: string;
  /** Holds what strangers wrote, as data. */
  readonly prompt: string;
}

export interface Written {
  readonly text: string;
  /** Why it ended before its end. */
  readonly ended?: 'length' | 'refused';
}
