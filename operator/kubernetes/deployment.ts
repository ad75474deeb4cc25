import type { KubernetesMeta, KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import type { PodCondition } from './pod.ts';

/** apps/v1.Deployment, as far as Mooring looks at it. */
export interface Deployment extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number | undefined;
    readonly template: {
      readonly metadata?: Partial<KubernetesMeta> | undefined;
      readonly spec?: object | undefined;
    };
  };
  readonly status?:
    | { readonly observedGeneration?: number | undefined; readonly conditions?: readonly PodCondition[] | undefined }
    | undefined;
}

export const isDeployment = (object: KubernetesObject | undefined): object is Deployment =>
  object?.kind === 'Deployment';
