{{/* The rights of the operator in its own namespace. */}}
{{- define "mooring.rules.home" -}}
# Who leads. A name cannot bound what does not exist yet.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [mooring-operator]
  verbs: [get, list, watch, update]
# Keys and passwords: made where absent, never overwritten.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create]
# Bundled servers.
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [mooring-bundled]
  verbs: [list, watch]
- apiGroups: [mooring.dev]
  resources: [mcpservers]
  verbs: [create, patch, delete]
# What the gateway may read for remote servers, and nothing more: the operator asks in its name.
- apiGroups: [""]
  resources: [serviceaccounts/token]
  resourceNames: [mooring-gateway]
  verbs: [create]
{{- end }}

{{/* The rights of the operator wherever McpServers are watched. */}}
{{- define "mooring.rules.operator" -}}
- apiGroups: [mooring.dev]
  resources: [mcpservers]
  verbs: [list, watch]
- apiGroups: [mooring.dev]
  resources: [mcpservers/status]
  verbs: [patch]
# What servers are made of.
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [services, serviceaccounts]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch, create, patch, delete]
# How they fare, and the readiness gate.
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [pods/status]
  verbs: [patch]
# Volumes that cannot be mounted are told by Events alone; what turned, we tell ourselves.
- apiGroups: [""]
  resources: [events]
  verbs: [list, watch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
# With what servers verify who calls. A name cannot bound what does not exist yet.
- apiGroups: [""]
  resources: [configmaps]
  verbs: [create]
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [mooring-identity]
  verbs: [list, watch, patch, delete]
{{- end }}

{{/* The rights of the gateway wherever McpServers are watched. */}}
{{- define "mooring.rules.gateway" -}}
- apiGroups: [mooring.dev]
  resources: [mcpservers]
  verbs: [list, watch]
{{- end }}

{{/*
The rights of systemprompt wherever McpServers are watched: it shows them, and switches them on and off for who is admin. Unless the values say so none
to make one, which is the right to run any image as any ServiceAccount of any namespace.
*/}}
{{- define "mooring.rules.systemprompt" -}}
- apiGroups: [mooring.dev]
  resources: [mcpservers]
  verbs: [get, list, update{{ if .Values.servers.systemprompt.sync }}, create, delete{{ end }}]
{{- end }}
