/** Ports of the toolbox pod. */
export const CONTROL_PORT = 9000;
export const RELAY_PORT = 9001;
export const API_PORT = 9443;
