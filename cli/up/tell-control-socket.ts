import type { HomePaths } from '../../core/home.ts';
import { writePrivateFile } from '../../core/private-file.ts';

/** Where systemprompt finds the control socket, for its environment: key `socket` of Secret `systemprompt-control`. */
export const tellControlSocket = async (paths: Pick<HomePaths, 'secret' | 'controlSocket'>): Promise<void> =>
  writePrivateFile(paths.secret('systemprompt-control', 'socket'), paths.controlSocket);
