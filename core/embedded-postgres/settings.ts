/**
 * What the embedded server is started with. They go on the command line and not into a file, so that an old data folder
 * gets the settings of the Mooring that runs it. All of PostgreSQL's guarantees stay on (fsync, full_page_writes, synchronous_commit).
 */
export const SETTINGS = {
  /** Reached through its Unix socket only. */
  listen_addresses: '',
  /** 5 components (gateway, three servers, administration) with pools of at most 10, and some to spare for psql. */
  max_connections: 60,
  /** The data of one laptop is a few MB and fits whole; the default is 128 MB. */
  shared_buffers: '16MB',
  /** The default (4MB) is per sort; our queries sort pages of at most some hundred rows. */
  work_mem: '1MB',
  maintenance_work_mem: '16MB',
  /** The default (three worker processes) costs 2 MB for each; the files are in the page cache. */
  io_method: 'sync',
  /** No parallel queries, no replication, no extensions with workers: fewer processes and slots. */
  max_worker_processes: 0,
  max_parallel_workers: 0,
  max_logical_replication_workers: 0,
  max_wal_senders: 0,
  max_replication_slots: 0,
  wal_level: 'minimal',
  autovacuum_max_workers: 1,
  /** Segments are 4 MB (initdb): 16 of them bound both the disk space and the time of a recovery. */
  min_wal_size: '8MB',
  max_wal_size: '64MB',
  /** The package has no compiler for it. */
  jit: 'off',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  /** Mooring's log has its own time; DETAIL and STATEMENT would copy rows and queries into it. */
  log_line_prefix: '',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
} as const satisfies Record<string, string | number>;

/** What differs for a server that other machines reach too. */
export const networkSettings = (port: number) => ({
  listen_addresses: '*',
  port,
  /** 10 replicas of the gateway and as many of servers, each with a pool of at most 10; a slot costs 20 KB. */
  max_connections: 200,
});

/** Who may log in: nothing without a password, components to the one database only, the administrator everywhere. */
export const hostBasedAuthentication = (isNetworked: boolean): string =>
  ['local', ...(isNetworked ? ['host'] : [])]
    .map((type) => {
      const address = type === 'host' ? ' all' : '';
      return `${type} all postgres${address} scram-sha-256\n${type} mooring all${address} scram-sha-256\n`;
    })
    .join('');
