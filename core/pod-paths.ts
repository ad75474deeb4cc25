/** Where Secrets and ConfigMaps are mounted in our pods, and what the pods are told: the chart and the programs must agree. */

/** `mooring.yaml`, of ConfigMap `mooring-config`; a folder mount, because a file mounted by subPath never changes. */
export const CONFIG_FILE = '/etc/mooring/mooring.yaml';

/** The folder of all that follows: Linux keeps /run for what a running system is given. */
export const MOUNTS_FOLDER = '/var/run/mooring';

/** In the gateway, of Secret `mooring-gateway-keys`: the private keys of no other holder are in its reach. */
export const GATEWAY_KEYS_FILE = '/var/run/mooring/keys/keys.json';

/** In the gateway and in every server, of ConfigMap `mooring-identity`: verifying an identity needs no network. */
export const IDENTITY_JWKS_FILE = '/var/run/mooring/identity/jwks.json';

/** In the gateway, of Secret `mooring-gateway-database`: an environment would show the password to whoever describes the pod. */
export const DATABASE_URL_FILE = '/var/run/mooring/database/url';

/** In the database, of Secret `mooring-database`: the superuser's password. */
export const DATABASE_PASSWORD_FILE = '/var/run/mooring/database/password';

/** In the gateway, of Secret `mooring-admin`: the first password of admin. */
export const ADMIN_PASSWORD_FILE = '/var/run/mooring/admin/password';

/** In the database, a folder of the volume: PostgreSQL wants one that is its own, and a volume's root is not. */
export const POSTGRES_FOLDER = '/var/lib/mooring/postgres';

/** Environment variables of operator and gateway pods, of the downward API. */
export const POD_VARIABLES = {
  /** Where our own Secrets, ConfigMaps and the Lease are. */
  namespace: 'MOORING_NAMESPACE',
  /** Who holds the Lease, and who writes a line of the log. */
  name: 'MOORING_POD_NAME',
  /** Under which kubelet and Prometheus reach us: their Host header is the IP. */
  ip: 'MOORING_POD_IP',
} as const;

/** In servers: where IDENTITY_JWKS_FILE is said to be, as on a laptop. */
export const IDENTITY_JWKS_VARIABLE = 'MOORING_IDENTITY_JWKS';

/** In systemprompt: the Service of the gateway, for pods in which the public URL leads nowhere. */
export const GATEWAY_ADDRESS_VARIABLE = 'MOORING_GATEWAY_ADDRESS';

/** Our ports. A server's stands in its manifest. */
export const PORTS = {
  gateway: 8080,
  /** Apart from the public port, because health and metrics need no token. */
  gatewayHealth: 8081,
  operatorHealth: 8082,
  database: 5432,
} as const;

/** Fixed, so that whoever runs `kubectl` finds them; there is one Mooring in a namespace. */
export const OBJECTS = {
  operator: 'mooring-operator',
  gateway: 'mooring-gateway',
  database: 'mooring-database',
  lease: 'mooring-operator',
  config: 'mooring-config',
  bundled: 'mooring-bundled',
  /** ConfigMap, in our namespace and in that of every server. */
  identity: 'mooring-identity',
} as const;

/** Secrets of our namespace with their keys: the operator makes those that are absent and overwrites none. */
export const SECRETS = {
  gatewayKeys: { name: 'mooring-gateway-keys', key: 'keys.json' },
  operatorKey: { name: 'mooring-operator-key', key: 'keys.json' },
  admin: { name: 'mooring-admin', key: 'password' },
  database: { name: 'mooring-database', passwordKey: 'password', urlKey: 'url' },
  gatewayDatabase: { name: 'mooring-gateway-database', key: 'url' },
} as const;
