import type {
  V1Container,
  V1DeploymentSpec,
  V1EnvFromSource,
  V1EnvVar,
  V1NetworkPolicyEgressRule,
  V1NetworkPolicyIngressRule,
  V1NetworkPolicyPeer,
  V1NetworkPolicyPort,
  V1NetworkPolicySpec,
  V1PodDisruptionBudgetSpec,
  V1PodReadinessGate,
  V1PodSecurityContext,
  V1PodSpec,
  V1PodTemplateSpec,
  V1ResourceRequirements,
  V1SecurityContext,
  V1ServiceSpec,
  V1Volume,
  V1VolumeMount,
  V2HorizontalPodAutoscalerSpec,
} from '@kubernetes/client-node';

/** The types of `@kubernetes/client-node` as plain data, as they stand in JSON; it writes `from`, which Python reserves, as `_from`. */
type Plain<T> = T extends Date
  ? string
  : T extends readonly (infer Entry)[]
    ? readonly Plain<Entry>[]
    : T extends object
      ? { readonly [Field in keyof T as Field extends '_from' ? 'from' : Field]: Plain<T[Field]> }
      : T;

export type Container = Plain<V1Container>;
export type DeploymentSpec = Plain<V1DeploymentSpec>;
export type EnvFromSource = Plain<V1EnvFromSource>;
export type EnvVar = Plain<V1EnvVar>;
export type HorizontalPodAutoscalerSpec = Plain<V2HorizontalPodAutoscalerSpec>;
export type NetworkPolicyEgressRule = Plain<V1NetworkPolicyEgressRule>;
export type NetworkPolicyIngressRule = Plain<V1NetworkPolicyIngressRule>;
export type NetworkPolicyPeer = Plain<V1NetworkPolicyPeer>;
export type NetworkPolicyPort = Plain<V1NetworkPolicyPort>;
export type NetworkPolicySpec = Plain<V1NetworkPolicySpec>;
export type PodDisruptionBudgetSpec = Plain<V1PodDisruptionBudgetSpec>;
export type PodReadinessGate = Plain<V1PodReadinessGate>;
export type PodSecurityContext = Plain<V1PodSecurityContext>;
export type PodSpec = Plain<V1PodSpec>;
export type PodTemplateSpec = Plain<V1PodTemplateSpec>;
export type ResourceRequirements = Plain<V1ResourceRequirements>;
export type SecurityContext = Plain<V1SecurityContext>;
export type ServiceSpec = Plain<V1ServiceSpec>;
export type Volume = Plain<V1Volume>;
export type VolumeMount = Plain<V1VolumeMount>;
