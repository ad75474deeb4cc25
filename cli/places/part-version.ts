/** A part of the Mooring that runs in a place. */
export interface PartVersion {
  /** `mooring` where it is one process, else `gateway` or `operator`. */
  readonly part: string;
  /** Absent where it cannot be told. */
  readonly version?: string | undefined;
  readonly image?: string | undefined;
  readonly namespace?: string | undefined;
}
