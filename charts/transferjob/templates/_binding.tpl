{{/* Binds a role to the operator's account: the dictionary has root, kind and name of the role, and a Role's namespace. */}}
{{- define "transferjob.binding" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .kind }}Binding
metadata:
  {{- include "transferjob.metadata" . | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .kind }}
  name: {{ .name }}
subjects:
- kind: ServiceAccount
  name: {{ include "transferjob.account" .root }}
  namespace: {{ .root.Release.Namespace }}
{{- end -}}
