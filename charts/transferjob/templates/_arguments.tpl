{{/* The operator's command line, one flag a line. */}}
{{- define "transferjob.arguments" -}}
{{- $settings := .Values.settings -}}
- --trainer-image={{ include "transferjob.image" (dict "root" . "image" .Values.images.trainer) }}
- --image-pull-policy={{ .Values.images.pullPolicy }}
{{- with .Values.namespaces }}
- --namespaces={{ join "," . }}
{{- end }}
{{- if .Values.profiles }}
- --profiles=/etc/transferjob/profiles.json
{{- end }}
{{- range $flag, $names := dict "images" .Values.limits.images "uris" .Values.limits.uris "service-accounts" .Values.limits.serviceAccounts "priority-classes" .Values.limits.priorityClasses }}
{{- with $names }}
- {{ printf "--allowed-%s=%s" $flag (join "," .) | quote }}
{{- end }}
{{- end }}
- --leader-election={{ .Values.leaderElection.enabled }}
{{- if .Values.leaderElection.enabled }}
- --lease-namespace={{ .Release.Namespace }}
- --lease-name={{ include "transferjob.name" . }}
{{- end }}
- --workers={{ int $settings.workers }}
- --node-lost-seconds={{ ternary (int $settings.nodeLostSeconds) 0 .Values.rbac.lostNodes }}
{{- if not (kindIs "invalid" $settings.unreachableTolerationSeconds) }}
- --unreachable-toleration-seconds={{ int $settings.unreachableTolerationSeconds }}
{{- end }}
- --resync-seconds={{ int $settings.resyncSeconds }}
- --request-timeout-seconds={{ int $settings.requestTimeoutSeconds }}
- --watch-idle-seconds={{ int $settings.watchIdleSeconds }}
{{- with $settings.imagenetMirror }}
- {{ printf "--imagenet-mirror=%s" . | quote }}
{{- end }}
- --keep-log-tail={{ $settings.keepLogTail }}
- --job-metrics={{ $settings.jobMetrics }}
- --log-format={{ $settings.logFormat }}
- --log-level={{ $settings.logLevel }}
{{- end -}}
