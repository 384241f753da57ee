{{/* Names and labels that every object carries. */}}
{{- define "langhals.name" -}}
{{- .Values.fullnameOverride | default (ternary .Release.Name (printf "%s-%s" .Release.Name (.Values.nameOverride | default "langhals")) (contains "langhals" .Release.Name)) | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "langhals.selector" -}}
app.kubernetes.io/name: langhals
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "langhals.labels" -}}
{{ include "langhals.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "langhals.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* Namespace and pods of a peer in a network policy. */}}
{{- define "langhals.peer" -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .namespace }}
  {{- with .podLabels }}
  podSelector:
    matchLabels:
      {{- toYaml . | nindent 6 }}
  {{- end }}
{{- end -}}

{{/* The configuration. TOML's basic strings are JSON's. */}}
{{- define "langhals.toml" -}}
[state]
dir = "/var/lib/langhals"
[model]
dir = "/var/lib/langhals/models"
[watch]
listen = "0.0.0.0:{{ .Values.metrics.port }}"
[web]
{{- if .Values.page.publicUrl }}
listen = "0.0.0.0:8765"
public_url = {{ .Values.page.publicUrl | toJson }}
{{- with .Values.page.oidc }}
{{- if .issuer }}
[web.oidc]
issuer = {{ .issuer | toJson }}
client_id = {{ .clientId | toJson }}
{{- if .secret.name }}
client_secret_file = "/run/credentials/langhals/oidc-client-secret"
{{- end }}
groups_claim = {{ .groupsClaim | toJson }}
scopes = {{ .scopes | toJson }}
{{- if $.Values.ca.configMap }}
ca_file = "/etc/langhals-ca/ca.pem"
{{- end }}
{{- end }}
{{- end }}
{{- range .Values.page.groups }}
[[web.group]]
name = {{ .name | toJson }}
role = {{ .role | toJson }}
{{- with .mailboxes }}
mailboxes = {{ . | toJson }}
{{- end }}
{{- end }}
{{- else }}
listen = ""
{{- end }}
{{ .Values.settings | trim }}
{{- range .Values.mailboxes }}
[[mailbox]]
name = {{ .name | toJson }}
host = {{ .host | toJson }}
port = {{ .port | default (ternary 143 993 (eq (.tls | default "implicit") "starttls")) }}
tls = {{ .tls | default "implicit" | toJson }}
user = {{ .user | toJson }}
{{- if not .oauth }}
password_file = {{ printf "/run/credentials/langhals/%s" .name | toJson }}
{{- end }}
folders = {{ .folders | default (list "INBOX") | toJson }}
write = {{ .write | default "auto" | toJson }}
{{- if $.Values.ca.configMap }}
ca_file = "/etc/langhals-ca/ca.pem"
{{- end }}
{{- with .more }}
{{ . | trim }}
{{- end }}
{{- if .oauth }}
[mailbox.oauth]
client_secret_file = {{ printf "/run/credentials/langhals/%s" .name | toJson }}
{{ .oauth | trim }}
{{- end }}
{{- end }}
{{- end -}}
