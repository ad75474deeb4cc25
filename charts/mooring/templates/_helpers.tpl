{{/* Labels of every object. Selectors take the first three alone: they can never change. */}}
{{- define "mooring.labels" -}}
{{ include "mooring.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "mooring.selector" -}}
app.kubernetes.io/name: mooring
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "mooring.metadata" -}}
name: {{ .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "mooring.labels" . | nindent 2 }}
{{- end }}

{{- define "mooring.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Namespaces that are watched, as JSON: none means all. That of the release has the bundled servers, so it is always among them. */}}
{{- define "mooring.namespaces" -}}
{{- if .Values.watchNamespaces }}
{{- prepend .Values.watchNamespaces .Release.Namespace | uniq | toJson }}
{{- else }}[]{{ end }}
{{- end }}

{{/* The host of publicUrl, without its port. */}}
{{- define "mooring.host" -}}
{{ (urlParse .Values.publicUrl).hostname }}
{{- end }}

{{- define "mooring.podSecurityContext" -}}
runAsNonRoot: true
# The account of the image; Secrets and the volume are given to its group.
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "mooring.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Where pods run. */}}
{{- define "mooring.placement" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{/* Replicas on different nodes and zones where there are some; never a reason not to run. */}}
{{- define "mooring.spread" -}}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "mooring.selector" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end }}

{{/* What operator and gateway are told of themselves. */}}
{{- define "mooring.env" -}}
- name: MOORING_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: MOORING_POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: MOORING_POD_IP
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The API server's or the database's silence is no reason to restart a pod, so liveness asks for the process alone. */}}
{{- define "mooring.probes" -}}
startupProbe:
  httpGet:
    path: /healthz
    port: health
  # A minute to start on a busy node.
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet:
    path: /healthz
    port: health
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet:
    path: /readyz
    port: health
  periodSeconds: 2
  # Patient: on a busy node all pods are slow together, and a Service without any is worse. Who ends says so by itself.
  timeoutSeconds: 5
  failureThreshold: 3
{{- end }}

{{/* Changes when something changes that the programs read at their start alone; everything else of mooring.yaml is live. */}}
{{- define "mooring.startChecksum" -}}
{{- $limits := .Values.config.limits | default dict -}}
{{- $authorization := .Values.config.authorizationServer | default dict -}}
{{ list .Values.publicUrl $limits.requestHeaderBytes $limits.requestSeconds $authorization.fetchLoopback | toJson | sha256sum }}
{{- end }}

{{/* Peers that may read health and metrics; nothing where nobody may. */}}
{{- define "mooring.metricsRule" -}}
{{- if .Values.networkPolicy.metricsFrom }}
- from:
    {{- toYaml .Values.networkPolicy.metricsFrom | nindent 4 }}
  ports:
    - port: health
{{- else if .Values.serviceMonitor.enabled }}
- from:
    - namespaceSelector: {}
  ports:
    - port: health
{{- end }}
{{- end }}
