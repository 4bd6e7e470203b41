{{/* Name of all objects: nameOverride, or transferjob-operator with the release in front unless it is named transferjob. */}}
{{- define "transferjob.name" -}}
{{- if .Values.nameOverride -}}
{{ .Values.nameOverride }}
{{- else if eq .Release.Name "transferjob" -}}
transferjob-operator
{{- else -}}
{{ printf "%s-transferjob-operator" .Release.Name | trunc 63 | trimSuffix "-" }}
{{- end -}}
{{- end -}}

{{- define "transferjob.account" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "transferjob.name" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end -}}

{{/* Labels by which the operator's pods are found; they never change. */}}
{{- define "transferjob.selector" -}}
app.kubernetes.io/name: transferjob
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end -}}

{{/* metadata: the dictionary has root and name, and where they differ from the usual namespace, component and labels. */}}
{{- define "transferjob.metadata" -}}
name: {{ .name }}
{{- if .namespace }}
namespace: {{ .namespace }}
{{- end }}
labels:
  app.kubernetes.io/name: transferjob
  app.kubernetes.io/instance: {{ .root.Release.Name }}
  app.kubernetes.io/component: {{ .component | default "operator" }}
  app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
  helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
  {{- with .root.Values.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* An image: the dictionary has root and image. */}}
{{- define "transferjob.image" -}}
{{- $registry := .root.Values.images.registry -}}
{{- $repository := .image.repository -}}
{{- $name := ternary (printf "%s/%s" $registry $repository) $repository (ne $registry "") -}}
{{- if .image.digest -}}
{{ printf "%s@%s" $name .image.digest }}
{{- else -}}
{{ printf "%s:%s" $name (.image.tag | default .root.Chart.AppVersion) }}
{{- end -}}
{{- end -}}

{{/* The rules for where the operator works. */}}
{{- define "transferjob.rules" -}}
{{ .Files.Get "files/rbac/jobs.yaml" | trim }}
{{- if .Values.settings.keepLogTail }}
{{ .Files.Get "files/rbac/log-tail.yaml" | trim }}
{{- end }}
{{- if .Values.rbac.lostNodes }}
{{ .Files.Get "files/rbac/lost-pods.yaml" | trim }}
{{- end }}
{{- end -}}

{{/* Labels of every trainer pod. */}}
{{- define "transferjob.trainers" -}}
app.kubernetes.io/managed-by: transferjob-operator
app.kubernetes.io/component: trainer
{{- end -}}
