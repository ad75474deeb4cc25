import { IMAGES, reference } from './images.ts';
import { RESTRICTED } from './restricted.ts';

const NAME = 'articles';
const PORT = 8000;

/** Host and port of the web site with an article in a namespace. */
export const articleHost = (namespace: string): string => `${NAME}.${namespace}:${PORT}`;

const labels = { app: NAME };

/** A web site inside the cluster, which has an article at every path. */
export const ARTICLE_SITE: readonly object[] = [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: NAME }, spec: { selector: labels, ports: [{ port: PORT }] } },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: NAME, labels },
    spec: {
      ...RESTRICTED.pod,
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          ...RESTRICTED.container,
          name: NAME,
          image: reference(IMAGES.testServers),
          imagePullPolicy: 'IfNotPresent',
          args: ['article'],
          env: [{ name: 'PORT', value: String(PORT) }],
          readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 },
        },
      ],
    },
  },
];
