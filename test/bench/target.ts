/** Something that answers the call, alone on its core (but for `direct`, where nothing stands before the backend). */
export interface Target {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The process whose CPU time and memory count. */
  readonly pid?: number;
  stop(): Promise<void>;
}
