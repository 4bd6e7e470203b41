{{/* What the schema cannot say: values that do not fit each other, or the cluster. */}}
{{- define "transferjob.checks" -}}
{{- $values := .Values -}}
{{- if and (gt (int $values.replicas) 1) (not $values.leaderElection.enabled) -}}
{{- fail (printf "replicas is %d and leaderElection.enabled is false: two operators would work at a time; set leaderElection.enabled to true, or replicas to 1" (int $values.replicas)) -}}
{{- end -}}
{{- range $part := list "networkPolicy" "cache" "trainerAccount" -}}
{{- if and (get $values.perNamespace $part).enabled (not $values.namespaces) -}}
{{- fail (printf "perNamespace.%s.enabled is true and namespaces is empty: list the namespaces that get it, or apply it yourself (docs/install.md)" $part) -}}
{{- end -}}
{{- end -}}
{{- range $switch, $kind := dict "serviceMonitor" "ServiceMonitor" "podMonitor" "PodMonitor" "prometheusRule" "PrometheusRule" -}}
{{- if (get $values.monitoring $switch).enabled -}}
{{- include "transferjob.needs" (dict "root" $ "switch" (printf "monitoring.%s.enabled" $switch) "kind" $kind) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "transferjob.needs" -}}
{{- if not (.root.Capabilities.APIVersions.Has (printf "monitoring.coreos.com/v1/%s" .kind)) -}}
{{- fail (printf "%s is true and the cluster has no %s (monitoring.coreos.com/v1): install Prometheus Operator first, or set it to false" .switch .kind) -}}
{{- end -}}
{{- end -}}
