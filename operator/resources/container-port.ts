import type { McpServer } from '../../crds/mcpserver.ts';

/** As documented at `spec.port`. */
const DEFAULT_PORT = 8080;

/** Name of the port that a server listens on: in its pods, its Service and its NetworkPolicy. */
export const PORT_NAME = 'mcp';

/** The port that a server listens on in a pod. */
export const containerPort = ({ spec }: Pick<McpServer, 'spec'>): number => spec.port ?? DEFAULT_PORT;
