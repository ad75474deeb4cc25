import type { McpServer } from '../../crds/mcpserver.ts';
import { containerEnvironment, containerEnvironmentFrom } from './container-environment.ts';
import { containerPort, PORT_NAME } from './container-port.ts';
import { containerSecurity } from './pod-security.ts';
import { volumeMounts } from './pod-volumes.ts';
import type { Container, ResourceRequirements } from './kubernetes-types.ts';

/** Name of the container that the manifest describes: `podTemplate` means it by that name. */
export const SERVER_CONTAINER = 'server';

/**
 * Seconds between the end of a pod's readiness and its SIGTERM. The gateway opens new connections every 2 s, and kube-proxy forgets a pod within
 * about 1 s: after 5 s nobody calls it any more.
 */
export const UNTIL_FORGOTTEN_S = 5;

/** The container of a server. An empty list is left out, as the API server leaves it out. */
export function serverContainer(server: McpServer, publicUrl: string): Container {
  const { image, binary, args = [], resources, rolloutGate } = server.spec;
  const port = containerPort(server);
  const envFrom = containerEnvironmentFrom(server);
  const demands = resources && requirements(resources);
  return {
    name: SERVER_CONTAINER,
    ...(image !== undefined && { image }),
    ...(binary !== undefined && { command: [binary] }),
    ...(args.length > 0 && { args: [...args] }),
    env: containerEnvironment(server, publicUrl),
    ...(envFrom.length > 0 && { envFrom }),
    ports: [{ name: PORT_NAME, containerPort: port, protocol: 'TCP' }],
    volumeMounts: volumeMounts(server),
    ...(demands && Object.keys(demands).length > 0 && { resources: demands }),
    // With the gate the operator asks over MCP, and sooner than the kubelet, which asks once a second.
    ...(!rolloutGate && { readinessProbe: { tcpSocket: { port: PORT_NAME }, periodSeconds: 1 } }),
    lifecycle: { preStop: { sleep: { seconds: UNTIL_FORGOTTEN_S } } },
    securityContext: { ...containerSecurity(), readOnlyRootFilesystem: true },
    // The last lines of a server that wrote no message reach its status without a right to read logs.
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

type Demands = NonNullable<McpServer['spec']['resources']>;

/** Numbers as they are written: the finished template is made canonical as a whole. The API server keeps no empty amounts. */
const requirements = ({ requests, limits }: Demands): ResourceRequirements => ({
  ...(isFilled(requests) && { requests: inText(requests) }),
  ...(isFilled(limits) && { limits: inText(limits) }),
});

type Amounts = Readonly<Record<string, string | number>>;

const isFilled = (amounts: Amounts | undefined): amounts is Amounts => Object.keys(amounts ?? {}).length > 0;

const inText = (amounts: Amounts): Record<string, string> =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, String(amount)]));
