import type { KubernetesMeta } from '../../crds/kubernetes/kubernetes-object.ts';
import { REVISION_ANNOTATION } from '../resources/revision.ts';

/** On children and bundled servers: hash of what was applied, so that fields that are asked for no more are noticed. */
export const APPLIED = 'mooring.dev/applied';

/** On pod templates: uid of the McpServer, so that pods of an earlier one of the same name are told apart. */
export const SERVER_UID = 'mooring.dev/server-uid';

/** On pod templates: path of the MCP endpoint, which old pods keep while an edit of it arrives. */
export const PATH = 'mooring.dev/path';

type Annotated = Partial<Pick<KubernetesMeta, 'annotations'>> | undefined;

/** Whether two pods, or a pod and a template, are of one manifest as far as it concerns them. */
export const isSameRevision = (a: Annotated, b: Annotated): boolean =>
  [REVISION_ANNOTATION, PATH].every((name) => a?.annotations?.[name] === b?.annotations?.[name]);
