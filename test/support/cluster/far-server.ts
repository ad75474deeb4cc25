import { selfSignedCertificate } from '../../../gateway/authorization-server/testing/self-signed.ts';
import { IMAGES, reference } from './images.ts';
import { RESTRICTED } from './restricted.ts';

const NAME = 'far';

/** A server that Mooring does not run: https with a certificate of its own, and credentials of its own. */
export interface FarServer {
  readonly url: string;
  readonly host: string;
  /** What it wants as `Authorization`. */
  readonly authorization: string;
  /** Who vouches for it, PEM. */
  readonly authority: string;
  readonly objects: readonly object[];
}

/** Host and port of the one in a namespace. */
export const farHost = (namespace: string): string => `${NAME}.${namespace}:8443`;

export function farServer(namespace: string): FarServer {
  const host = farHost(namespace);
  const { cert, key } = selfSignedCertificate(`${NAME}.${namespace}`);
  const authorization = 'Bearer of-the-far-server';
  const labels = { app: NAME };
  return {
    url: `https://${host}/mcp`,
    host,
    authorization,
    authority: cert,
    objects: [
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: NAME },
        stringData: { 'tls.crt': cert, 'tls.key': key },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: NAME },
        spec: { selector: labels, ports: [{ port: 8443 }] },
      },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: NAME, labels },
        spec: {
          ...RESTRICTED.pod,
          automountServiceAccountToken: false,
          volumes: [{ name: 'tls', secret: { secretName: NAME } }],
          containers: [
            {
              ...RESTRICTED.container,
              name: NAME,
              image: reference(IMAGES.testServers),
              imagePullPolicy: 'IfNotPresent',
              args: ['plain'],
              env: Object.entries({
                HOST: '0.0.0.0',
                PORT: '8443',
                VERSION: 'far',
                TLS_FOLDER: '/tls',
                REQUIRED_AUTHORIZATION: authorization,
              }).map(([name, value]) => ({ name, value })),
              volumeMounts: [{ name: 'tls', mountPath: '/tls', readOnly: true }],
            },
          ],
        },
      },
    ],
  };
}
