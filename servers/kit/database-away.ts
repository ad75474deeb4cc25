import { Failure } from '../../core/failure.ts';

export const databaseAway = (cause?: unknown): Failure =>
  new Failure(
    'database_away',
    'The database of this server cannot be reached now. Try again in a few seconds; before you repeat a change, check whether it was made.',
    { status: 503, cause },
  );
