import type { Command } from 'commander';

type Load = () => Promise<(program: Command) => void>;

/** Every command by name, in the groups of the help text; each is loaded only when it is asked for, or when all are listed. */
export const COMMAND_GROUPS: Readonly<Record<string, Readonly<Record<string, Load>>>> = {
  'See and call servers': {
    list: async () => (await import('./list.ts')).addList,
    status: async () => (await import('./status.ts')).addStatus,
    show: async () => (await import('./show.ts')).addShow,
    tools: async () => (await import('./tools.ts')).addTools,
    call: async () => (await import('./call.ts')).addCall,
    logs: async () => (await import('./logs.ts')).addLogs,
  },
  'Find what is wrong': {
    doctor: async () => (await import('./doctor.ts')).addDoctor,
    validate: async () => (await import('./validate.ts')).addValidate,
    version: async () => (await import('./version.ts')).addVersion,
  },
  'Sign in and connect': {
    login: async () => (await import('./login.ts')).addLogin,
    logout: async () => (await import('./logout.ts')).addLogout,
    connect: async () => (await import('./connect.ts')).addConnect,
    token: async () => (await import('./token.ts')).addToken,
  },
  'Build and move servers': {
    enable: async () => (await import('./enable.ts')).addEnable,
    disable: async () => (await import('./disable.ts')).addDisable,
    new: async () => (await import('./new.ts')).addNew,
    build: async () => (await import('./build.ts')).addBuild,
    'list-packages': async () => (await import('./list-packages.ts')).addListPackages,
    import: async () => (await import('./import.ts')).addImport,
    sync: async () => (await import('./sync.ts')).addSync,
    diff: async () => (await import('./diff.ts')).addDiff,
  },
  'Run Mooring': {
    up: async () => (await import('./up.ts')).addUp,
    'rotate-keys': async () => (await import('./rotate-keys.ts')).addRotateKeys,
    'rotate-kek': async () => (await import('./rotate-kek.ts')).addRotateKek,
    server: async () => (await import('./server.ts')).addServer,
    gateway: async () => (await import('./gateway.ts')).addGateway,
    operator: async () => (await import('./operator.ts')).addOperator,
    postgres: async () => (await import('./postgres.ts')).addPostgres,
  },
  'For shells': {
    completion: async () => (await import('./completion.ts')).addCompletion,
    __complete: async () => (await import('./complete.ts')).addComplete,
  },
};
