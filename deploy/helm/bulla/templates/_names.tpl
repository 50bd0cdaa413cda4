{{- define "bulla.selector" -}}
app.kubernetes.io/name: bulla
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "bulla.metadata" -}}
name: {{ .Release.Name }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "bulla.labels" . | nindent 2 }}
{{- end }}

{{- define "bulla.labels" -}}
{{ include "bulla.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /* Only the gate's own namespace is exempt, by the label that Kubernetes itself sets. */}}
{{- define "bulla.namespaces" -}}
namespaceSelector:
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values: [{{ .Release.Namespace }}]
{{- end }}

{{- define "bulla.rules" -}}
{{- $own := list
  (dict "group" "" "resources" (list "pods" "pods/ephemeralcontainers" "replicationcontrollers" "podtemplates"))
  (dict "group" "apps" "resources" (list "deployments" "replicasets" "statefulsets" "daemonsets"))
  (dict "group" "batch" "resources" (list "jobs" "cronjobs")) }}
{{- range concat $own .others }}
- apiGroups: [{{ .group | quote }}]
  apiVersions: ['*']
  operations: [CREATE, UPDATE]
  resources: {{ toJson .resources }}
  scope: Namespaced
{{- end }}
{{- end }}
