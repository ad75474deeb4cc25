import type { Command } from 'commander';

type Add = (program: Command) => void;

/** Every command by name; each is loaded only when it is asked for, or when all are listed. */
export const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  up: async () => (await import('./up.ts')).addUp,
  list: async () => (await import('./list.ts')).addList,
  show: async () => (await import('./show.ts')).addShow,
  tools: async () => (await import('./tools.ts')).addTools,
  call: async () => (await import('./call.ts')).addCall,
  status: async () => (await import('./status.ts')).addStatus,
  logs: async () => (await import('./logs.ts')).addLogs,
  version: async () => (await import('./version.ts')).addVersion,
  completion: async () => (await import('./completion.ts')).addCompletion,
  __complete: async () => (await import('./complete.ts')).addComplete,
  doctor: async () => (await import('./doctor.ts')).addDoctor,
  validate: async () => (await import('./validate.ts')).addValidate,
  login: async () => (await import('./login.ts')).addLogin,
  logout: async () => (await import('./logout.ts')).addLogout,
  import: async () => (await import('./import.ts')).addImport,
  connect: async () => (await import('./connect.ts')).addConnect,
  sync: async () => (await import('./sync.ts')).addSync,
  diff: async () => (await import('./diff.ts')).addDiff,
  token: async () => (await import('./token.ts')).addToken,
  new: async () => (await import('./new.ts')).addNew,
  build: async () => (await import('./build.ts')).addBuild,
  'list-packages': async () => (await import('./list-packages.ts')).addListPackages,
  'rotate-keys': async () => (await import('./rotate-keys.ts')).addRotateKeys,
  server: async () => (await import('./server.ts')).addServer,
  gateway: async () => (await import('./gateway.ts')).addGateway,
  operator: async () => (await import('./operator.ts')).addOperator,
  postgres: async () => (await import('./postgres.ts')).addPostgres,
};
